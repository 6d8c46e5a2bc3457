import type { PictureForm } from "../api";
import type { OpenBot } from "./open-bot";

const TYPES: { [form in PictureForm]: string } = {
  svg: "image/svg+xml",
  png: "image/png",
  pdf: "application/pdf",
};

/** Has a flow drawn and gives it to the person as a file; answers the file's name. */
export async function exportPicture(bot: OpenBot, path: string, form: PictureForm, dark: boolean): Promise<string> {
  const bytes = await bot.picture(path, form, dark);
  const name = pictureName(path, form);
  const file = new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], { type: TYPES[form] });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return name;
}

export function pictureName(path: string, form: PictureForm): string {
  const file = path.split("/").at(-1) ?? path;
  return `${file.replace(/\.flow\.json$/, "")}.${form}`;
}
