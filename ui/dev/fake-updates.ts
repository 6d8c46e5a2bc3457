import type { Commands, Settings, Update } from "../src/api";

const RELEASE = {
  version: "0.2.0",
  notes:
    "The chat beside the canvas: talk to your bot while you draw it.\nStops and steps in both directions.\nFaster opening of large bots.",
};
const SIZE = 18_400_000;

type Names = Extract<keyof Commands, `updates.${string}` | `settings.${string}`>;
type Replies = {
  [K in Names]: (request: Commands[K]["request"]) => Commands[K]["reply"] | Promise<Commands[K]["reply"]>;
};

/**
 * A publisher inside the page. `outcome` is what comes of it: `found` (and then everything goes well), `up_to_date`, `older`, or one of the
 * troubles. With `now`, it has come already.
 */
export function fakeUpdates(outcome: string, now: boolean, say: (update: Update) => void): Replies {
  let settings: Settings = { look_for_updates: false };
  let update: Update = now ? ended(outcome) : { state: "unasked" };
  let stopped = false;
  const tell = (next: Update) => {
    update = next;
    say(next);
    return next;
  };
  const check = async () => {
    tell({ state: "looking" });
    await sleep(700);
    return tell(isOfDownload(outcome) ? { state: "found", release: RELEASE } : ended(outcome));
  };
  const install = async () => {
    stopped = false;
    for (let loaded = 0; loaded <= SIZE; loaded += SIZE / 40) {
      tell({ state: "loading", release: RELEASE, loaded, size: SIZE });
      await sleep(60);
      if (stopped) return tell({ state: "found", release: RELEASE });
      if (outcome === "broken_download" && loaded > SIZE / 2) return tell(ended(outcome));
    }
    if (outcome !== "found") return tell(ended(outcome));
    tell({ state: "installing", release: RELEASE });
    await sleep(900);
    return tell({ state: "restarting", release: RELEASE });
  };
  return {
    "settings.get": () => settings,
    "settings.set": (wanted) => {
      if (wanted.look_for_updates && !settings.look_for_updates) check();
      settings = wanted;
      return settings;
    },
    "updates.get": () => update,
    "updates.check": check,
    "updates.install": install,
    "updates.stop": () => {
      stopped = true;
      return {};
    },
  };
}

type Trouble = Extract<Update, { state: "failed" }>["trouble"];

function ended(outcome: string): Update {
  switch (outcome) {
    case "found":
      return { state: "found", release: RELEASE };
    case "loading":
      return { state: "loading", release: RELEASE, loaded: SIZE * 0.42, size: SIZE };
    case "installing":
      return { state: "installing", release: RELEASE };
    case "looking":
    case "unasked":
    case "up_to_date":
      return { state: outcome };
    case "older":
      return { state: "older", version: "0.0.9" };
    default:
      return {
        state: "failed",
        trouble: outcome as Trouble,
        detail:
          "error sending request for url (https://github.com/nexus-bots/nexus-bots/releases/latest/download/latest.json)",
        ...(isOfDownload(outcome) ? { release: RELEASE } : {}),
      };
  }
}

function isOfDownload(outcome: string): boolean {
  return ["found", "broken_download", "wrong_signature", "other_version", "not_installed"].includes(outcome);
}

const sleep = (time: number) => new Promise((done) => setTimeout(done, time));
