// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Act } from "./Act";
import type { Asset } from "./Asset";
import type { BotView } from "./BotView";
import type { Change } from "./Change";
import type { ChangedFile } from "./ChangedFile";
import type { Deed } from "./Deed";
import type { DeletedFlow } from "./DeletedFlow";
import type { Descriptor } from "./Descriptor";
import type { Folder } from "./Folder";
import type { Keep } from "./Keep";
import type { Missing } from "./Missing";
import type { Named } from "./Named";
import type { PictureForm } from "./PictureForm";
import type { Problem } from "./Problem";
import type { PublishedState } from "./PublishedState";
import type { RecentBot } from "./RecentBot";
import type { RunLine } from "./RunLine";
import type { RunView } from "./RunView";
import type { SecretView } from "./SecretView";
import type { Settings } from "./Settings";
import type { Update } from "./Update";
import type { Usage } from "./Usage";

export interface Commands {
  /** What this program is, and the bot it was started with. */
  "app.info": { request: Record<symbol, never>; reply: { version: string, platform: string, demo?: string, updates: boolean } };
  /** The node kinds. */
  "kinds.list": { request: Record<symbol, never>; reply: { kinds: Array<Descriptor> } };
  /** What the person chose for the program as a whole. */
  "settings.get": { request: Record<symbol, never>; reply: Settings };
  /** Keeps what the person chose. Turning the look for updates on looks at once. */
  "settings.set": { request: Settings; reply: Settings };
  /** What is known of newer versions; without asking anybody. */
  "updates.get": { request: Record<symbol, never>; reply: Update };
  /** Asks what is published; answers when that is known. */
  "updates.check": { request: Record<symbol, never>; reply: Update };
  /** Loads and installs what was found and starts it; how far it is comes as events. */
  "updates.install": { request: Record<symbol, never>; reply: Update };
  /** Ends a download that is under way; what was found stays found. */
  "updates.stop": { request: Record<symbol, never>; reply: Record<symbol, never> };
  /** The bots that were open before, the latest first. */
  "bot.recent": { request: Record<symbol, never>; reply: { bots: Array<RecentBot> } };
  /** Takes a bot off the list of recent ones; its files stay. */
  "bot.forget": { request: { root: string }; reply: Record<symbol, never> };
  /** The folders in a folder; without a path, of the person's own. */
  "folder.list": { request: { path?: string }; reply: { path: string, parent?: string, entries: Array<Folder>, bot: boolean } };
  /** Makes a new bot with a first flow in a folder of its own, and opens it. */
  "bot.create": { request: { folder: string, name: string }; reply: BotView };
  /** Opens the bot in a folder. */
  "bot.open": { request: { root: string }; reply: BotView };
  /** A window lets go of a bot. */
  "bot.close": { request: { bot: string }; reply: Record<symbol, never> };
  /** Applies a change. */
  "bot.change": { request: { bot: string, change: Change, client: string, seq: number, base: number, label: string, continues?: boolean }; reply: { revision: number } };
  /** Plans a change that takes the whole bot to work out, and applies it. */
  "bot.act": { request: { bot: string, act: Act, client: string, seq: number, base: number, label: string, continues?: boolean }; reply: { revision: number } };
  /** Takes back the last change that stands; without a label there was none. */
  "bot.undo": { request: { bot: string, client: string }; reply: { revision: number, label?: string } };
  /** Does again what was taken back last. */
  "bot.redo": { request: { bot: string, client: string }; reply: { revision: number, label?: string } };
  /** What was done, the newest first, with what was taken back. */
  "history.list": { request: { bot: string }; reply: { deeds: Array<Deed>, all: number } };
  /** Undoes or redoes until as many deeds stand. */
  "history.go": { request: { bot: string, client: string, at: number }; reply: { revision: number } };
  /** Flows that were deleted and can be brought back, the latest first. */
  "history.deleted": { request: { bot: string }; reply: { flows: Array<DeletedFlow> } };
  /** Brings a deleted flow back as it was. */
  "history.bring_back": { request: { bot: string, path: string, client: string, seq: number, base: number, label: string, continues?: boolean }; reply: { revision: number } };
  /** Where a variable, a node, a flow or a secret is used. */
  "bot.usages": { request: { bot: string, of: Named }; reply: { revision: number, usages: Array<Usage> } };
  /** All problems of the newest revision. */
  "bot.problems": { request: { bot: string }; reply: { revision: number, problems: Array<Problem> } };
  /** Saves now what would be saved in a moment. */
  "bot.save": { request: { bot: string }; reply: { saved: boolean } };
  /** Decides which content of a file counts that changed in two places. */
  "bot.settle": { request: { bot: string, path: string, keep: Keep }; reply: { revision: number } };
  /** Makes a flow editable that could not be read whole; the original stays beside it. */
  "bot.repair": { request: { bot: string, path: string }; reply: { revision: number, kept: string } };
  /** A file's text. */
  "file.read": { request: { bot: string, path: string }; reply: { text: string } };
  /** The pictures and other files that the bot can send. */
  "assets.list": { request: { bot: string }; reply: { assets: Array<Asset> } };
  /** What is in one of them. */
  "assets.read": { request: { bot: string, path: string }; reply: { data: string } };
  /** Puts a file into the bot's folder, to be sent. */
  "assets.add": { request: { bot: string, name: string, data: string }; reply: { path: string } };
  /** A flow as a picture. */
  "flow.picture": { request: { bot: string, flow: string, form: PictureForm, dark: boolean }; reply: { bytes: string } };
  /** How the bot runs, what happened lately, and whether it has changed since. */
  "run.status": { request: { bot: string }; reply: { run: RunView, lines: Array<RunLine>, changed: boolean } };
  /** Lets the bot live on its networks as it is now; one that runs is taken the place of. What keeps it from running is its `trouble`. */
  "run.start": { request: { bot: string, take_over: boolean }; reply: RunView };
  /** Ends the bot's run; what is on its way out is waited for. */
  "run.stop": { request: { bot: string }; reply: RunView };
  /** The names of the bot's secrets, and whether they are set. */
  "secrets.list": { request: { bot: string }; reply: { secrets: Array<SecretView> } };
  /** Gives a secret another name wherever it is used; its value is kept under both, so that this can be undone. */
  "secrets.rename": { request: { bot: string, from: string, to: string, client: string, seq: number, base: number, label: string, continues?: boolean }; reply: { revision: number } };
  /** Keeps a secret's value in the vault. It never comes back. */
  "secrets.set": { request: { bot: string, name: string, value: string }; reply: Record<symbol, never> };
  /** Takes a secret out of the vault. */
  "secrets.remove": { request: { bot: string, name: string }; reply: Record<symbol, never> };
  /** Keeps the token of a runner, once the runner knows it. */
  "runner.login": { request: { url: string, token: string }; reply: { version: string, bots: number } };
  /** What publishing the bot there would change. */
  "publish.check": { request: { bot: string, to: string }; reply: { live?: number, same: boolean, summary: string, files: Array<ChangedFile>, problems: Array<string>, missing: Array<Missing> } };
  /** Publishes the bot as it is now. */
  "publish.go": { request: { bot: string, to: string, secrets: boolean }; reply: { version: number, state: PublishedState, why?: string, missing: Array<string> } };
}
