import type { Update } from "../../api";
import { t } from "../../words";

export type Tone = "plain" | "busy" | "good" | "news" | "warning" | "error";

/** What a person reads about newer versions, and the one thing to do about it. */
export type Said = {
  tone: Tone;
  title: string;
  text?: string;
  act?: { does: "check" | "install" | "stop"; label: string };
};

type Failed = Extract<Update, { state: "failed" }>;

const check = () => ({ does: "check", label: t("Check now") }) as const;
const checkAgain = () => ({ does: "check", label: t("Check again") }) as const;
const installAgain = () => ({ does: "install", label: t("Try again") }) as const;

/** `version` is the one that runs. */
export function said(update: Update, version: string): Said {
  switch (update.state) {
    case "unasked":
      return { tone: "plain", title: t("Not checked yet"), act: check() };
    case "looking":
      return { tone: "busy", title: t("Asking for the newest version") };
    case "up_to_date":
      return {
        tone: "good",
        title: t("Up to date"),
        text: t("{version} is the newest version.", { version }),
        act: checkAgain(),
      };
    case "older":
      return {
        tone: "good",
        title: t("Nothing newer"),
        text: t("What is published is {theirs}, which is older than your {mine}. Older versions are never installed.", {
          theirs: update.version,
          mine: version,
        }),
        act: checkAgain(),
      };
    case "found":
      return {
        tone: "news",
        title: t("Version {version} is available", { version: update.release.version }),
        text: t("Your bots are saved before Nexus Bots restarts."),
        act: { does: "install", label: t("Install and restart") },
      };
    case "loading":
      return {
        tone: "busy",
        title: t("Downloading {version}", { version: update.release.version }),
        text: amount(update.loaded, update.size),
        act: { does: "stop", label: t("Cancel") },
      };
    case "installing":
      return {
        tone: "busy",
        title: t("Installing {version}", { version: update.release.version }),
        text: t("Its signature is right. Nexus Bots restarts in a moment."),
      };
    case "restarting":
      return { tone: "busy", title: t("Restarting with {version}", { version: update.release.version }) };
    case "failed":
      return failed(update);
  }
}

function failed({ trouble, release }: Failed): Said {
  const named = release ? t("Version {version}", { version: release.version }) : t("The new version");
  switch (trouble) {
    case "unreachable":
      return {
        tone: "warning",
        title: release ? t("The download could not be reached") : t("Could not ask for newer versions"),
        text: t("Nobody answered. Check the connection of this computer, and try again."),
        act: release ? installAgain() : checkAgain(),
      };
    case "unreadable":
      return {
        tone: "warning",
        title: t("Could not ask for newer versions"),
        text: t("Somebody answered, but not with a list of versions. Perhaps this network wants you to log in first."),
        act: checkAgain(),
      };
    case "not_for_here":
      return {
        tone: "warning",
        title: t("Not for this system"),
        text: t("There is a newer version, but no package of it for this kind of computer."),
        act: checkAgain(),
      };
    case "broken_download":
      return {
        tone: "warning",
        title: t("The download broke off"),
        text: t("{what} did not arrive whole. Nothing was changed.", { what: named }),
        act: installAgain(),
      };
    case "wrong_signature":
      return {
        tone: "error",
        title: t("This update was refused"),
        text: t(
          "{what} is not signed by the makers of Nexus Bots, or was changed on its way. Nothing was installed. Do not install it by hand either.",
          { what: named },
        ),
        act: checkAgain(),
      };
    case "other_version":
      return {
        tone: "error",
        title: t("This update was refused"),
        text: t(
          "It calls itself {version}, but is signed as another version: somebody may want you to go back to an old one. Nothing was installed.",
          { version: release?.version ?? t("newer") },
        ),
        act: checkAgain(),
      };
    case "not_installed":
      return {
        tone: "error",
        title: t("Could not install the update"),
        text: `${named} arrived whole, but could not be put in place. The version you have is untouched.`,
        act: installAgain(),
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
