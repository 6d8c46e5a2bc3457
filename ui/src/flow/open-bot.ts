import {
  type Act,
  type Api,
  type Asset,
  type BotView,
  type Commands,
  type Edit,
  Failure,
  type Named,
  type PictureForm,
  type StudioEvent,
  type Usage,
} from "../api";
import { base64, mediaType } from "./asset";
import { BotRun } from "./bot-run";
import type { FlowMirror } from "./flow-mirror";
import type { Kinds } from "./kinds";
import { Mirror } from "./mirror";
import { Signal } from "./signal";
import { View } from "./view";

const ECHO_WAIT = 4000;
/** After a pause as long as this, what is typed is another thing to undo. */
const PAUSE = 1000;

type AboutBot = "publish.check" | "publish.go";

/** The bot a window has open: its mirror, what this window sends, and what it hears. */
export class OpenBot extends Signal {
  mirror: Mirror;
  readonly view = new View();
  readonly run: BotRun;
  readonly client = crypto.randomUUID().slice(0, 8);
  /** False while the event stream is lost: then nothing can be edited. */
  linked = true;
  /** Counts undos and redos of this window, so that a focused widget gives up its draft for them. */
  rewinds = 0;
  onFailure: (failure: Failure) => void = () => {};
  private seq = 0;
  private lastSent: Promise<unknown> = Promise.resolve();
  private readonly awaited: { revision: number; done: () => void }[] = [];
  readonly stop: () => void;
  private reopening = false;
  private lost = false;
  private typing = { slot: "", at: 0 };

  constructor(
    private readonly api: Api,
    readonly kinds: Kinds,
    view: BotView,
  ) {
    super();
    this.mirror = new Mirror(view, kinds);
    this.run = new BotRun(api, view.bot, (failure) => this.onFailure(failure));
    this.stop = api.listen({ event: (event) => this.hear(event), link: (up) => this.link(up) });
  }

  close(): void {
    this.stop();
    this.run.end();
    this.api.rpc("bot.close", { bot: this.mirror.bot }).catch(() => {});
  }

  get flow(): FlowMirror | undefined {
    return this.view.flow === undefined ? undefined : this.mirror.flows.get(this.view.flow);
  }

  /** Whether the flow in view may be changed now. */
  get editable(): boolean {
    return this.linked && this.flow !== undefined && this.flow.readOnly === undefined;
  }

  /** Sends a change; done when its echo is in the mirror. Never rejects: a refusal is told to the person. */
  change(label: string, edits: Edit[]): Promise<boolean> {
    if (edits.length === 0) return Promise.resolve(true);
    const continues = this.goesOn(edits);
    return this.send((sent) => this.api.rpc("bot.change", { ...sent, label, continues, change: { edits } }));
  }

  /** Typing goes on: the same slots, set again before a pause. Undo takes such changes back together. */
  private goesOn(edits: Edit[]): boolean {
    const slots = edits.map((edit) => {
      const { value, ...slot } = { value: undefined, ...edit };
      return { slot, isText: typeof value === "string" };
    });
    // Several slots are several nodes that are typed into at once.
    const isText = slots.every((one) => one.isText);
    const typing = { slot: isText ? JSON.stringify(slots.map((one) => one.slot)) : "", at: Date.now() };
    const before = this.typing;
    this.typing = typing;
    return typing.slot !== "" && before.slot === typing.slot && typing.at - before.at < PAUSE;
  }

  act(label: string, act: Act): Promise<boolean> {
    return this.send((sent) => this.api.rpc("bot.act", { ...sent, label, act }));
  }

  /** Where something is used; nothing where the studio cannot say. */
  async usages(of: Named): Promise<Usage[]> {
    await this.lastSent;
    const { bot } = this.mirror;
    try {
      return (await this.api.rpc("bot.usages", { bot, of })).usages;
    } catch (thrown) {
      this.onFailure(Failure.from(thrown));
      return [];
    }
  }

  history(): Promise<Commands["history.list"]["reply"]> {
    return this.api.rpc("history.list", { bot: this.mirror.bot });
  }

  /** Undoes or redoes until so many deeds stand. */
  async goTo(at: number): Promise<boolean> {
    const done = await this.send(({ bot, client }) => this.api.rpc("history.go", { bot, client, at }));
    this.rewinds += 1;
    this.fire();
    return done;
  }

  deleted(): Promise<Commands["history.deleted"]["reply"]> {
    return this.api.rpc("history.deleted", { bot: this.mirror.bot });
  }

  bringBack(label: string, path: string): Promise<boolean> {
    return this.send((sent) => this.api.rpc("history.bring_back", { ...sent, label, path }));
  }

  /** Its value goes along in the vault. */
  renameSecret(label: string, from: string, to: string): Promise<boolean> {
    return this.send((sent) => this.api.rpc("secrets.rename", { ...sent, label, from, to }));
  }

  /** One place back or forward on the way that this window took. */
  travel(way: 1 | -1): boolean {
    const { mirror, view } = this;
    const stop = view.trail.go(way, ({ flow, file }) =>
      file !== undefined ? mirror.files.includes(file) : flow !== undefined && mirror.flows.has(flow),
    );
    if (!stop) return false;
    if (stop.file !== undefined) view.showFile(stop.file);
    else if (stop.flow !== undefined && stop.node !== undefined && mirror.flows.get(stop.flow)?.nodes.has(stop.node))
      view.return(stop.flow, stop.node);
    else if (stop.flow !== undefined) view.show(stop.flow);
    return true;
  }

  undo(): Promise<boolean> {
    return this.rewind("bot.undo");
  }

  redo(): Promise<boolean> {
    return this.rewind("bot.redo");
  }

  save(): Promise<boolean> {
    return this.send(async ({ bot }) => {
      await this.api.rpc("bot.save", { bot });
      return { revision: this.mirror.revision };
    });
  }

  settle(path: string, keep: "mine" | "theirs"): Promise<boolean> {
    return this.send(({ bot }) => this.api.rpc("bot.settle", { bot, path, keep }));
  }

  /** Answers the path under which the damaged original was kept. */
  async repair(path: string): Promise<string | undefined> {
    let kept: string | undefined;
    await this.send(async ({ bot }) => {
      const reply = await this.api.rpc("bot.repair", { bot, path });
      kept = reply.kept;
      return reply;
    });
    return kept;
  }

  /** Asks the studio about this bot; unlike the others it rejects, for dialogs that say themselves what went wrong. */
  ask<K extends AboutBot>(name: K, request: Omit<Commands[K]["request"], "bot">): Promise<Commands[K]["reply"]> {
    return this.api.rpc(name, { ...request, bot: this.mirror.bot } as Commands[K]["request"]);
  }

  /** Keeps the token of a runner. */
  login(url: string, token: string): Promise<Commands["runner.login"]["reply"]> {
    return this.api.rpc("runner.login", { url, token });
  }

  readFile(path: string): Promise<string> {
    return this.api.rpc("file.read", { bot: this.mirror.bot, path }).then((reply) => reply.text);
  }

  /** The pictures and other files that the bot can send. */
  assets(): Promise<Asset[]> {
    return this.api.rpc("assets.list", { bot: this.mirror.bot }).then((reply) => reply.assets);
  }

  /** What is in one of them, as an address for the page. */
  async asset(path: string): Promise<string> {
    const { data } = await this.api.rpc("assets.read", { bot: this.mirror.bot, path });
    return `data:${mediaType(path)};base64,${data}`;
  }

  /** Puts a file into the bot's folder. Answers its path there; a refusal is told to the person. */
  async addAsset(name: string, content: Uint8Array): Promise<string | undefined> {
    try {
      const data = base64(content);
      return (await this.api.rpc("assets.add", { bot: this.mirror.bot, name, data })).path;
    } catch (thrown) {
      this.onFailure(Failure.from(thrown));
      return undefined;
    }
  }

  /** A flow as a picture, in Base64. */
  picture(flow: string, form: PictureForm, dark: boolean): Promise<string> {
    return this.api.rpc("flow.picture", { bot: this.mirror.bot, flow, form, dark }).then((reply) => reply.bytes);
  }

  private async rewind(name: "bot.undo" | "bot.redo"): Promise<boolean> {
    const done = await this.send(({ bot, client }) => this.api.rpc(name, { bot, client }));
    this.rewinds += 1;
    this.fire();
    return done;
  }

  /** One request at a time, so that the studio hears them in the order they were made. */
  private send(
    call: (sent: { bot: string; client: string; seq: number; base: number }) => Promise<{ revision: number }>,
  ): Promise<boolean> {
    const turn = this.lastSent.then(async () => {
      try {
        this.seq += 1;
        const { bot, revision } = this.mirror;
        const reply = await call({ bot, client: this.client, seq: this.seq, base: revision });
        await this.reached(reply.revision);
        return true;
      } catch (thrown) {
        this.onFailure(Failure.from(thrown));
        return false;
      }
    });
    this.lastSent = turn;
    return turn;
  }

  private reached(revision: number): Promise<void> {
    if (this.mirror.revision >= revision) return Promise.resolve();
    return new Promise((done) => {
      const waiter = { revision, done };
      this.awaited.push(waiter);
      // An echo that never comes means the stream skipped something: ask for the whole bot.
      setTimeout(() => {
        if (this.mirror.revision < revision) this.reopen();
        done();
      }, ECHO_WAIT);
    });
  }

  private hear(event: StudioEvent): void {
    if (event.bot !== this.mirror.bot || this.run.hear(event)) return;
    if (this.mirror.apply(event) === "gap") {
      this.reopen();
      return;
    }
    this.settleWaiters();
    this.tidyView();
    this.fire();
  }

  private link(up: boolean): void {
    if (!up) this.lost = true;
    if (this.linked !== up) {
      this.linked = up;
      this.fire();
    }
    if (!up) return;
    this.run.refresh();
    if (this.lost) {
      this.lost = false;
      this.reopen();
    } else this.refreshProblems();
  }

  private async reopen(): Promise<void> {
    if (this.reopening) return;
    this.reopening = true;
    try {
      const view = await this.api.rpc("bot.open", { root: this.mirror.root });
      const known = this.mirror.trouble;
      this.mirror = new Mirror(view, this.kinds);
      this.mirror.trouble = known;
      this.settleWaiters();
      this.tidyView();
      this.fire();
      this.refreshProblems();
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (failure.code === "offline") this.lost = true;
      else this.onFailure(failure);
    } finally {
      this.reopening = false;
    }
  }

  private async refreshProblems(): Promise<void> {
    const { bot } = this.mirror;
    const reply = await this.api.rpc("bot.problems", { bot }).catch(() => undefined);
    if (!reply || bot !== this.mirror.bot) return;
    this.mirror.apply({ bot, type: "problems", ...reply });
    this.fire();
    // The stream may have opened after something had changed: then its event was never heard.
    if (reply.revision > this.mirror.revision) this.reached(reply.revision);
  }

  private settleWaiters(): void {
    for (let at = this.awaited.length - 1; at >= 0; at--) {
      const waiter = this.awaited[at];
      if (!waiter || waiter.revision > this.mirror.revision) continue;
      this.awaited.splice(at, 1);
      waiter.done();
    }
  }

  /** What is gone is no longer selected. */
  private tidyView(): void {
    const { view, mirror } = this;
    if (view.flow === undefined || !mirror.flows.has(view.flow)) {
      const first = mirror.flows.keys().next().value;
      if (first !== undefined) view.show(first);
    }
    const flow = this.flow;
    if (!flow) return;
    const alive = (id: string) => flow.nodes.has(id) || flow.notes.has(id);
    const wires = [...view.wires].filter((key) => {
      const at = key.indexOf(" ");
      return flow.nodes.get(key.slice(0, at))?.next[key.slice(at + 1)] !== undefined;
    });
    view.select([...view.nodes].filter(alive), wires);
  }
}
