import { type Api, type Commands, Failure, type RunLine, type RunView, type StudioEvent } from "../api";
import { Signal } from "./signal";

export type SecretView = Commands["secrets.list"]["reply"]["secrets"][number];

/** How a run stands, in the one word that the toolbar has room for. */
export type Standing = "stopped" | "connecting" | "running" | "stopping" | "trouble";

const MOST_LINES = 200;
const LOOK_AFTER = 400;

/** The open bot on its networks, as this window knows it: how it runs, what happened, which secrets are set. */
export class BotRun extends Signal {
  view: RunView = { state: "stopped", networks: [] };
  lines: readonly RunLine[] = [];
  /** The bot has changed since it was started. */
  changed = false;
  /** Unknown until the studio has said. */
  secrets: readonly SecretView[] | undefined;
  private looking: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly bot: string,
    private readonly fail: (failure: Failure) => void,
  ) {
    super();
  }

  get standing(): Standing {
    return standing(this.view);
  }

  /** True where the event was about the run. */
  hear(event: StudioEvent): boolean {
    if (event.type === "run") {
      this.view = event.run;
      if (event.run.state !== "running") this.changed = false;
    } else if (event.type === "run_line") {
      this.lines = [...this.lines.filter((line) => line.seq < event.line.seq), event.line].slice(-MOST_LINES);
    } else {
      if (event.type === "changed" && this.view.state === "running") this.lookSoon();
      return false;
    }
    this.fire();
    return true;
  }

  async refresh(): Promise<void> {
    await this.ask(async () => {
      const status = await this.api.rpc("run.status", { bot: this.bot });
      this.view = status.run;
      this.lines = status.lines;
      this.changed = status.changed;
    });
  }

  async readSecrets(): Promise<void> {
    await this.ask(async () => {
      this.secrets = (await this.api.rpc("secrets.list", { bot: this.bot })).secrets;
    });
  }

  start(takeOver = false): Promise<boolean> {
    return this.ask(async () => {
      this.view = await this.api.rpc("run.start", { bot: this.bot, take_over: takeOver });
      this.changed = false;
    });
  }

  stop(): Promise<boolean> {
    return this.ask(async () => {
      this.view = await this.api.rpc("run.stop", { bot: this.bot });
    });
  }

  async setSecret(name: string, value: string): Promise<boolean> {
    const kept = await this.ask(() => this.api.rpc("secrets.set", { bot: this.bot, name, value }));
    if (kept) await this.readSecrets();
    return kept;
  }

  async removeSecret(name: string): Promise<boolean> {
    const gone = await this.ask(() => this.api.rpc("secrets.remove", { bot: this.bot, name }));
    if (gone) await this.readSecrets();
    return gone;
  }

  end(): void {
    clearTimeout(this.looking);
  }

  private lookSoon(): void {
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.refresh(), LOOK_AFTER);
  }

  private async ask(what: () => Promise<unknown>): Promise<boolean> {
    try {
      await what();
      this.fire();
      return true;
    } catch (thrown) {
      this.fail(Failure.from(thrown));
      return false;
    }
  }
}

export function standing(view: RunView): Standing {
  if (view.state === "stopped") return view.trouble ? "trouble" : "stopped";
  if (view.state === "running" && view.networks.some((network) => network.state !== "listening")) return "trouble";
  return view.state;
}
