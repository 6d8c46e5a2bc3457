import type { BotView, Clash, SaveState, StudioEvent, Value } from "../api";
import { FlowMirror } from "./flow-mirror";
import type { Kinds } from "./kinds";
import { Trouble } from "./trouble";

export type Applied = "applied" | "old" | "gap";

/** The open bot as this window knows it. Changed by the studio's events only, in the order of their revisions. */
export class Mirror {
  readonly bot: string;
  readonly root: string;
  revision: number;
  manifest: { [key in string]: Value };
  readonly flows = new Map<string, FlowMirror>();
  files: readonly string[];
  undo: string | undefined;
  redo: string | undefined;
  clashes: readonly Clash[];
  save: SaveState;
  trouble = new Trouble();
  /** The last thing that was done to the bot, by anybody. */
  last: { revision: number; label: string; client: string } | undefined;
  private problemsAt = -1;

  constructor(
    view: BotView,
    private readonly kinds: Kinds,
  ) {
    this.bot = view.bot;
    this.root = view.root;
    this.revision = view.revision;
    this.manifest = view.manifest;
    this.files = view.files;
    this.undo = view.undo ?? undefined;
    this.redo = view.redo ?? undefined;
    this.clashes = view.clashes;
    this.save = view.save;
    for (const flow of view.flows) this.flows.set(flow.path, new FlowMirror(flow, kinds, this.names));
  }

  get name(): string {
    return typeof this.manifest.name === "string" && this.manifest.name ? this.manifest.name : "Untitled bot";
  }

  apply(event: StudioEvent): Applied {
    if (event.type === "save") {
      this.save = event.save;
      return "applied";
    }
    if (event.type === "clash") {
      this.clashes = event.clashes;
      return "applied";
    }
    if (event.type === "problems") {
      if (event.revision < this.problemsAt) return "old";
      this.problemsAt = event.revision;
      this.trouble = new Trouble(event.problems);
      return "applied";
    }
    if (event.type !== "changed" || event.revision <= this.revision) return "old";
    if (event.revision > this.revision + 1) return "gap";
    this.revision = event.revision;
    this.last = { revision: event.revision, label: event.label, client: event.client };
    this.undo = event.undo ?? undefined;
    this.redo = event.redo ?? undefined;
    for (const patch of event.patches) {
      if (patch.at === "manifest") this.manifest = patch.manifest;
      else if (patch.at === "file") this.files = listed(this.files, patch.path, patch.exists);
      else if (patch.at === "parts") this.flows.get(patch.path)?.apply(patch);
      else if (patch.view) this.flows.set(patch.path, new FlowMirror(patch.view, this.kinds, this.names));
      else this.flows.delete(patch.path);
    }
    return "applied";
  }

  flowById(id: string): FlowMirror | undefined {
    for (const flow of this.flows.values()) if (flow.id === id) return flow;
    return undefined;
  }

  private readonly names = (type: string, value: Value) =>
    type === "flow" && typeof value === "string" ? this.flowById(value)?.name : undefined;
}

function listed(files: readonly string[], path: string, exists: boolean): readonly string[] {
  const others = files.filter((file) => file !== path);
  return exists ? [...others, path].sort() : others;
}
