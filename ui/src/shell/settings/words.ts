import type { Update } from "../../api";

export type Tone = "plain" | "busy" | "good" | "news" | "warning" | "error";

/** What a person reads about newer versions, and the one thing to do about it. */
export type Said = {
  tone: Tone;
  title: string;
  text?: string;
  act?: { does: "check" | "install" | "stop"; label: string };
};

type Failed = Extract<Update, { state: "failed" }>;

const CHECK = { does: "check", label: "Check now" } as const;
const CHECK_AGAIN = { does: "check", label: "Check again" } as const;
const INSTALL_AGAIN = { does: "install", label: "Try again" } as const;

/** `version` is the one that runs. */
export function said(update: Update, version: string): Said {
  switch (update.state) {
    case "unasked":
      return { tone: "plain", title: "Not checked yet", act: CHECK };
    case "looking":
      return { tone: "busy", title: "Asking for the newest version" };
    case "up_to_date":
      return { tone: "good", title: "Up to date", text: `${version} is the newest version.`, act: CHECK_AGAIN };
    case "older":
      return {
        tone: "good",
        title: "Nothing newer",
        text: `What is published is ${update.version}, which is older than your ${version}. Older versions are never installed.`,
        act: CHECK_AGAIN,
      };
    case "found":
      return {
        tone: "news",
        title: `Version ${update.release.version} is available`,
        text: "Your bots are saved before Nexus Bots restarts.",
        act: { does: "install", label: "Install and restart" },
      };
    case "loading":
      return {
        tone: "busy",
        title: `Downloading ${update.release.version}`,
        text: amount(update.loaded, update.size),
        act: { does: "stop", label: "Cancel" },
      };
    case "installing":
      return {
        tone: "busy",
        title: `Installing ${update.release.version}`,
        text: "Its signature is right. Nexus Bots restarts in a moment.",
      };
    case "restarting":
      return { tone: "busy", title: `Restarting with ${update.release.version}` };
    case "failed":
      return failed(update);
  }
}

function failed({ trouble, release }: Failed): Said {
  const named = release ? `Version ${release.version}` : "The new version";
  switch (trouble) {
    case "unreachable":
      return {
        tone: "warning",
        title: release ? "The download could not be reached" : "Could not ask for newer versions",
        text: "Nobody answered. Check the connection of this computer, and try again.",
        act: release ? INSTALL_AGAIN : CHECK_AGAIN,
      };
    case "unreadable":
      return {
        tone: "warning",
        title: "Could not ask for newer versions",
        text: "Somebody answered, but not with a list of versions. Perhaps this network wants you to log in first.",
        act: CHECK_AGAIN,
      };
    case "not_for_here":
      return {
        tone: "warning",
        title: "Not for this system",
        text: "There is a newer version, but no package of it for this kind of computer.",
        act: CHECK_AGAIN,
      };
    case "broken_download":
      return {
        tone: "warning",
        title: "The download broke off",
        text: `${named} did not arrive whole. Nothing was changed.`,
        act: INSTALL_AGAIN,
      };
    case "wrong_signature":
      return {
        tone: "error",
        title: "This update was refused",
        text: `${named} is not signed by the makers of Nexus Bots, or was changed on its way. Nothing was installed. Do not install it by hand either.`,
        act: CHECK_AGAIN,
      };
    case "other_version":
      return {
        tone: "error",
        title: "This update was refused",
        text: `It calls itself ${release?.version ?? "newer"}, but is signed as another version: somebody may want you to go back to an old one. Nothing was installed.`,
        act: CHECK_AGAIN,
      };
    case "not_installed":
      return {
        tone: "error",
        title: "Could not install the update",
        text: `${named} arrived whole, but could not be put in place. The version you have is untouched.`,
        act: INSTALL_AGAIN,
      };
  }
}

/** How much of a download is here, from 0 to 1, where that can be said. */
export function part(update: Update): number | undefined {
  if (update.state !== "loading" || !update.size) return undefined;
  return Math.min(update.loaded / update.size, 1);
}

function amount(loaded: number, size: number | undefined): string {
  return size ? `${megabytes(loaded)} of ${megabytes(size)} MB` : `${megabytes(loaded)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
