import type { Commands, RunLine, RunView, StudioEvent } from "../src/api";

type Names = Extract<keyof Commands, `run.${string}` | `secrets.${string}` | `runner.${string}` | `publish.${string}`>;
type Replies = { [K in Names]: (request: Commands[K]["request"]) => Commands[K]["reply"] };

/** Running and publishing that nothing stands behind. `&running`, `&trouble`, `&changed`, `&webhook` begin there. */
export function fakeRun(options: URLSearchParams, channels: string[], say: (event: StudioEvent) => void): Replies {
  const kept = new Set(options.has("running") || options.has("trouble") ? channels.map((name) => `${name}_token`) : []);
  let lines: RunLine[] = [];
  let known = options.has("known");
  let run: RunView = { state: "stopped", networks: [] };
  const line = (tone: RunLine["tone"], text: string, at?: { flow: string; node: string }) => {
    const one: RunLine = { seq: lines.length + 1, at: Date.now(), tone, text, ...at };
    lines = [...lines, one];
    say({ bot: "b1", type: "run_line", line: one });
  };
  const now = (next: RunView) => {
    run = next;
    say({ bot: "b1", type: "run", run });
    return run;
  };
  const lives = (): RunView => ({
    state: "running",
    networks: channels
      .filter((network) => kept.has(`${network}_token`))
      .map((network) =>
        options.has("trouble") && network === channels[0]
          ? {
              network,
              state: "trouble",
              why: "Telegram cannot be reached: dns error: failed to lookup address information.",
            }
          : { network, state: "listening" },
      ),
  });
  if (options.has("running") || options.has("trouble")) {
    run = lives();
    line("good", "Telegram: listening.");
    line("plain", "An order for table 4: two Margheritas, one of them without basil, and a bottle of water.");
    line("error", "A conversation ended here (network): The kitchen’s address could not be reached.", {
      flow: "main",
      node: "none",
    });
  }
  return {
    "run.status": () => ({ run, lines, changed: options.has("changed") }),
    "run.start": ({ take_over }) => {
      if (options.has("webhook") && !take_over)
        return now({
          state: "stopped",
          networks: [],
          trouble: {
            code: "webhook",
            message: "Telegram sends this bot's messages to another server (a webhook).",
            hint: "Take the webhook away, and the messages come here.",
          },
        });
      setTimeout(() => line("good", "Telegram: listening."), 50);
      return now(lives());
    },
    "run.stop": () => {
      line("plain", "Stopped.");
      return now({ state: "stopped", networks: [] });
    },
    "secrets.list": () => ({
      secrets: [
        ...channels.map((network) => ({
          name: `${network}_token`,
          note: "The bot's token",
          network,
          needed: true,
          set: kept.has(`${network}_token`),
        })),
        { name: "pay_key", note: "The key of the payment service.", needed: true, set: kept.has("pay_key") },
      ],
    }),
    "secrets.rename": () => ({ revision: 1 }),
    "secrets.set": ({ name }) => {
      kept.add(name);
      return {};
    },
    "secrets.remove": ({ name }) => {
      kept.delete(name);
      return {};
    },
    "runner.login": () => {
      known = true;
      return { version: "0.1.0", bots: 2 };
    },
    "publish.check": ({ to }) => {
      if (!known)
        throw {
          code: "unauthorized",
          message: `There is no token for ${to} here yet.`,
          hint: "Paste the one that whoever runs it gave you.",
        };
      return {
        live: 3,
        same: false,
        summary: "Main: 1 node added, Greet reworded",
        files: [
          {
            name: "Main",
            became: "changed",
            changes: [
              { words: "Greet: text “Hi!” → “Good evening, and welcome to Luigi’s!”", cosmetic: false },
              { words: "Ask for a table: added", cosmetic: false },
              { words: "Menu: moved", cosmetic: true },
            ],
          },
          { name: "Loyalty programme", became: "added", changes: [] },
        ],
        problems: [],
        missing: [
          { name: "telegram_token", here: true },
          { name: "pay_key", here: false },
        ],
      };
    },
    "publish.go": () => ({ version: 4, state: "running", missing: ["pay_key"] }),
  };
}
