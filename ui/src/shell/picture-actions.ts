import { Image } from "lucide-react";
import type { PictureForm } from "../api";
import { Failure } from "../api";
import { toast } from "../components";
import { exportPicture, type OpenBot } from "../flow";
import { t } from "../words";
import type { Action, Workspace } from "./actions";

const FORMS: [PictureForm, () => string][] = [
  ["svg", () => t("Export picture as SVG")],
  ["png", () => t("Export picture as PNG")],
  ["pdf", () => t("Export picture as PDF, to print")],
];

/** The open flow as a file to show, in the colours it is seen in; what is printed is light. */
export function pictureActions({ bot }: Workspace): Action[] {
  return FORMS.map(
    ([form, title]): Action => ({
      id: `picture-${form}`,
      title: title(),
      group: "File",
      icon: Image,
      enabled: bot.linked && bot.flow !== undefined,
      run: () => void exported(bot, form),
    }),
  );
}

async function exported(bot: OpenBot, form: PictureForm): Promise<void> {
  if (!bot.flow) return;
  const dark = form !== "pdf" && document.documentElement.dataset.theme === "dark";
  try {
    const file = await exportPicture(bot, bot.flow.path, form, dark);
    toast(t("Picture saved as {file}", { file }));
  } catch (error) {
    const { message, hint } = Failure.from(error);
    toast(message, hint, "error");
  }
}
