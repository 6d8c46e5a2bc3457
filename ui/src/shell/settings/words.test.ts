import { expect, test } from "vitest";
import type { Update } from "../../api";
import { part, said } from "./words";

const release = { version: "0.6.0", notes: "Faster." };
const failed = (trouble: Extract<Update, { state: "failed" }>["trouble"], found = true): Update => ({
  state: "failed",
  trouble,
  detail: "",
  ...(found ? { release } : {}),
});

/** What is said, and what the button does. */
const CASES: [Update, string, string | undefined][] = [
  [{ state: "unasked" }, "Not checked yet", "check: Check now"],
  [{ state: "looking" }, "Asking for the newest version", undefined],
  [{ state: "up_to_date" }, "Up to date. 0.5.0 is the newest version.", "check: Check again"],
  [
    { state: "older", version: "0.4.9" },
    "Nothing newer. What is published is 0.4.9, which is older than your 0.5.0. Older versions are never installed.",
    "check: Check again",
  ],
  [
    { state: "found", release },
    "Version 0.6.0 is available. Your bots are saved before Nexus Bots restarts.",
    "install: Install and restart",
  ],
  [
    { state: "loading", release, loaded: 3_100_000, size: 12_440_000 },
    "Downloading 0.6.0. 3.1 of 12.4 MB",
    "stop: Cancel",
  ],
  [{ state: "loading", release, loaded: 500_000 }, "Downloading 0.6.0. 0.5 MB", "stop: Cancel"],
  [
    { state: "installing", release },
    "Installing 0.6.0. Its signature is right. Nexus Bots restarts in a moment.",
    undefined,
  ],
  [{ state: "restarting", release }, "Restarting with 0.6.0", undefined],
  [
    failed("unreachable", false),
    "Could not ask for newer versions. Nobody answered. Check the connection of this computer, and try again.",
    "check: Check again",
  ],
  [
    failed("unreachable"),
    "The download could not be reached. Nobody answered. Check the connection of this computer, and try again.",
    "install: Try again",
  ],
  [
    failed("broken_download"),
    "The download broke off. Version 0.6.0 did not arrive whole. Nothing was changed.",
    "install: Try again",
  ],
  [
    failed("wrong_signature"),
    "This update was refused. Version 0.6.0 is not signed by the makers of Nexus Bots, or was changed on its way. Nothing was installed. Do not install it by hand either.",
    "check: Check again",
  ],
  [
    failed("other_version"),
    "This update was refused. It calls itself 0.6.0, but is signed as another version: somebody may want you to go back to an old one. Nothing was installed.",
    "check: Check again",
  ],
  [
    failed("not_installed"),
    "Could not install the update. Version 0.6.0 arrived whole, but could not be put in place. The version you have is untouched.",
    "install: Try again",
  ],
];

test.each(CASES)("%o", (update, words, act) => {
  const { title, text, act: does } = said(update, "0.5.0");
  expect(text ? `${title}. ${text}` : title).toBe(words);
  expect(does && `${does.does}: ${does.label}`).toBe(act);
});

test("what is refused is never offered again as it is", () => {
  for (const trouble of ["wrong_signature", "other_version"] as const)
    expect(said(failed(trouble), "0.5.0").act?.does).not.toBe("install");
});

test("a part is known only of what has a size", () => {
  expect(part({ state: "loading", release, loaded: 5, size: 20 })).toBe(0.25);
  expect(part({ state: "loading", release, loaded: 21, size: 20 })).toBe(1);
  expect(part({ state: "loading", release, loaded: 5 })).toBeUndefined();
  expect(part({ state: "found", release })).toBeUndefined();
});
