import type { Act } from "./Act";
import type { BotView } from "./BotView";
import type { Change } from "./Change";
import type { Descriptor } from "./Descriptor";
import type { Problem } from "./Problem";

type Nothing = Record<string, never>;
type Sent = { bot: string; client: string; seq: number; base: number; label: string };

export interface Commands {
  "app.info": { request: Nothing; reply: { version: string; platform: string; demo?: string } };
  "kinds.list": { request: Nothing; reply: { kinds: Descriptor[] } };
  "bot.recent": {
    request: Nothing;
    reply: { bots: { root: string; name: string; opened: string | null; exists: boolean }[] };
  };
  "bot.forget": { request: { root: string }; reply: Nothing };
  "folder.list": {
    request: { path?: string };
    reply: { path: string; parent?: string; entries: { name: string; path: string; bot: boolean }[]; bot: boolean };
  };
  "bot.create": { request: { folder: string; name: string }; reply: BotView };
  "bot.open": { request: { root: string }; reply: BotView };
  "bot.close": { request: { bot: string }; reply: Nothing };
  "bot.change": { request: Sent & { change: Change }; reply: { revision: number } };
  "bot.act": { request: Sent & { act: Act }; reply: { revision: number } };
  "bot.undo": { request: { bot: string; client: string }; reply: { revision: number; label?: string } };
  "bot.redo": { request: { bot: string; client: string }; reply: { revision: number; label?: string } };
  "bot.problems": { request: { bot: string }; reply: { revision: number; problems: Problem[] } };
  "bot.save": { request: { bot: string }; reply: { saved: boolean } };
  "bot.settle": { request: { bot: string; path: string; keep: "mine" | "theirs" }; reply: { revision: number } };
  "bot.repair": { request: { bot: string; path: string }; reply: { revision: number; kept: string } };
  "file.read": { request: { bot: string; path: string }; reply: { text: string } };
}
