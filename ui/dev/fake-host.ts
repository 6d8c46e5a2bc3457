import type { Commands, FlowView, Patch, Problem, StudioEvent } from "../src/api";
import type { Host, HostListener } from "../src/host";
import { act, apply, type State } from "./apply";
import { fakeRun } from "./fake-run";
import { fakeUpdates } from "./fake-updates";
import { KINDS } from "./kinds";
import { MANIFEST, sampleFlows } from "./sample";

type Reply<K extends keyof Commands> = Commands[K]["reply"] | Promise<Commands[K]["reply"]>;
type Replies = { [K in keyof Commands]: (request: Commands[K]["request"]) => Reply<K> };

/**
 * A studio inside the page, for looking at the UI without one. The address says what to show: `?fake` opens the sample,
 * `&start` the start screen, `&none` one without recent bots, `&clash`, `&failed`, `&lost` those states, `&updates=OUTCOME` a window that
 * can update itself (see fake-updates.ts; with `&now`, that is what is known already), and what fake-run.ts has.
 */
export function fakeHost(options: URLSearchParams): Host {
  let state: State = {
    manifest: MANIFEST,
    flows: Object.fromEntries(sampleFlows().map((view) => [view.path, view])),
    files: { "prompts/tone.md": "Be kind, be brief.\n", "tests/order.test.yaml": "- says: /start\n- hears: Hi\n" },
  };
  let revision = 1;
  const undos: { state: State; label: string }[] = [];
  const redos: { state: State; label: string }[] = [];
  const listeners = new Set<HostListener>();
  const say = (event: StudioEvent) => {
    const sent = structuredClone(event);
    setTimeout(() => {
      for (const listener of listeners) listener.event(sent);
    }, 8);
  };
  const clashes = options.has("clash")
    ? [
        {
          path: "flows/loyalty.flow.json",
          mine: '{\n  "nexus": 1,\n  "id": "loyalty",\n  "name": "Loyalty programme"\n}\n',
          theirs: '{\n  "nexus": 1,\n  "id": "loyalty",\n  "name": "Bonus points"\n}\n',
        },
      ]
    : [];

  function commit(next: State, client: string, seq: number, label: string): { revision: number } {
    const before = state;
    state = next;
    revision += 1;
    say({ bot: "b1", type: "changed", revision, client, seq, label, patches: diff(before, next), ...tops() });
    say({ bot: "b1", type: "problems", revision, problems: problemsOf(state) });
    say({ bot: "b1", type: "save", save: { state: "unsaved" } });
    setTimeout(() => say({ bot: "b1", type: "save", save: { state: "saved" } }), 500);
    return { revision };
  }
  const tops = () => {
    const undo = undos.at(-1)?.label;
    const redo = redos.at(-1)?.label;
    return { ...(undo ? { undo } : {}), ...(redo ? { redo } : {}) };
  };
  const change = (next: State, client: string, seq: number, label: string) => {
    undos.push({ state, label });
    redos.length = 0;
    return commit(next, client, seq, label);
  };
  const rewind = (from: typeof undos, to: typeof undos, client: string) => {
    const step = from.pop();
    if (!step) return { revision };
    to.push({ state, label: step.label });
    return { ...commit(step.state, client, 0, step.label), label: step.label };
  };
  const view = () => ({
    bot: "b1",
    root: "/home/mia/bots/luigi",
    revision,
    manifest: state.manifest,
    flows: Object.values(state.flows),
    files: Object.keys(state.files),
    clashes,
    save: options.has("failed")
      ? {
          state: "failed" as const,
          message: "The disk is full.",
          hint: "Free some space; it is tried again every few seconds.",
        }
      : { state: "saved" as const },
    ...tops(),
  });

  const replies: Replies = {
    "app.info": () => ({
      version: "0.1.0",
      platform: "linux",
      updates: options.has("updates"),
      ...(options.has("start") || options.has("none") ? {} : { demo: "/home/mia/bots/luigi" }),
    }),
    ...fakeUpdates(options.get("updates") || "found", options.has("now"), (update) =>
      say({ bot: "", type: "update", update }),
    ),
    "kinds.list": () => ({ kinds: KINDS }),
    "bot.recent": () => ({
      bots: options.has("none")
        ? []
        : [
            {
              root: "/home/mia/bots/luigi",
              name: "Luigi's pizza",
              opened: new Date(Date.now() - 9e5).toISOString(),
              exists: true,
            },
            {
              root: "/home/mia/bots/support-desk",
              name: "Support desk",
              opened: new Date(Date.now() - 2e8).toISOString(),
              exists: true,
            },
            { root: "/media/usb/quiz", name: "Quiz night", opened: null, exists: false },
          ],
    }),
    "bot.forget": () => ({}),
    "folder.list": ({ path = "/home/mia" }) => ({
      path,
      parent: path.replace(/\/[^/]+$/, "") || "/",
      bot: path.endsWith("luigi"),
      entries: path.endsWith("luigi")
        ? []
        : ["bots", "documents", "luigi", "music"].map((name) => ({
            name,
            path: `${path}/${name}`,
            bot: name === "luigi",
          })),
    }),
    "bot.create": view,
    "bot.open": view,
    "bot.close": () => ({}),
    "bot.change": ({ client, seq, label, change: { edits } }) => change(edits.reduce(apply, state), client, seq, label),
    "bot.act": ({ client, seq, label, act: what }) => change(act(state, what), client, seq, label),
    "bot.undo": ({ client }) => rewind(undos, redos, client),
    "bot.redo": ({ client }) => rewind(redos, undos, client),
    "bot.usages": () => ({ revision, usages: [] }),
    "history.list": () => {
      const deeds = [...undos, ...[...redos].reverse()].map(({ label }, at) => ({
        at: at + 1,
        label,
        time: Math.round(Date.now() / 1000),
        stands: at < undos.length,
      }));
      return { deeds: deeds.reverse(), all: deeds.length };
    },
    "history.go": ({ client, at }) => {
      while (undos.length > at) rewind(undos, redos, client);
      while (undos.length < at && redos.length > 0) rewind(redos, undos, client);
      return { revision };
    },
    "history.deleted": () => ({ flows: [] }),
    "history.bring_back": () => ({ revision }),
    "bot.problems": () => ({ revision, problems: options.has("sound") ? [] : problemsOf(state) }),
    "bot.save": () => ({ saved: true }),
    "bot.settle": () => {
      say({ bot: "b1", type: "clash", clashes: [] });
      return { revision };
    },
    "bot.repair": ({ path }) => {
      const { read_only: _, ...rest } = state.flows[path] as FlowView;
      return {
        ...change({ ...state, flows: { ...state.flows, [path]: rest } }, "", 0, "Repair"),
        kept: `${path}.kept`,
      };
    },
    "assets.list": () => ({ assets: [] }),
    "assets.read": () => ({ data: "" }),
    "assets.add": ({ name }) => ({ path: `assets/${name}` }),
    "file.read": ({ path }) => ({ text: state.files[path] ?? "" }),
    "flow.picture": () => ({ bytes: btoa("<svg xmlns='http://www.w3.org/2000/svg'/>") }),
    ...fakeRun(options, (MANIFEST.channels as string[] | undefined) ?? [], say),
  };

  return {
    form: "browser",
    call: async (name, payload) => {
      await new Promise((resolve) => setTimeout(resolve, 4));
      return structuredClone(await replies[name as keyof Commands](structuredClone(payload) as never));
    },
    listen(listener) {
      listeners.add(listener);
      setTimeout(() => listener.link(true), 1);
      if (options.has("lost")) setTimeout(() => listener.link(false), 300);
      return () => listeners.delete(listener);
    },
  };
}

function diff(before: State, after: State): Patch[] {
  const patches: Patch[] = [];
  for (const path of new Set([...Object.keys(before.flows), ...Object.keys(after.flows)])) {
    const [old, now] = [before.flows[path], after.flows[path]];
    if (old === now) continue;
    if (!old || !now || old.read_only !== now.read_only) {
      patches.push({ at: "flow", path, ...(now ? { view: now } : {}) });
      continue;
    }
    const part = <T>(from: { [key in string]: T }, to: { [key in string]: T }) => {
      const changed: { [key in string]: T | null } = {};
      if (from === to) return changed;
      for (const id in to) if (from[id] !== to[id]) changed[id] = to[id] as T;
      for (const id in from) if (!(id in to)) changed[id] = null;
      return changed;
    };
    const [a, b] = [old.flow, now.flow];
    patches.push({
      at: "parts",
      path,
      ...(a.name === b.name ? {} : { name: b.name }),
      nodes: part(a.nodes, b.nodes),
      groups: part(a.groups, b.groups),
      notes: part(a.notes, b.notes),
      layout: part(a.layout, b.layout),
    });
  }
  for (const path of new Set([...Object.keys(before.files), ...Object.keys(after.files)]))
    if (before.files[path] !== after.files[path]) patches.push({ at: "file", path, exists: path in after.files });
  return patches;
}

function problemsOf(state: State): Problem[] {
  const problems: Problem[] = [];
  for (const { path, flow } of Object.values(state.flows)) {
    if (path.includes("huge")) continue;
    for (const [id, node] of Object.entries(flow.nodes)) {
      if (node.kind === "message.send" && !node.fields.text)
        problems.push({
          code: "missing_field",
          severity: "error",
          at: { file: path, node: id, field: ["text"] },
          message: "The message has no text.",
          help: "Type what the bot should say.",
          fix: {
            label: "Write a text",
            change: { edits: [{ op: "field", flow: path, node: id, path: ["text"], value: "Thank you!" }] },
          },
        });
      if (!KINDS.some((kind) => kind.kind === node.kind))
        problems.push({
          code: "unknown_kind",
          severity: "warning",
          at: { file: path, node: id },
          message: `The kind ${node.kind} is not installed.`,
          help: "Install its plugin, or delete the node.",
        });
      if ("color" in node.fields)
        problems.push({
          code: "unknown_field",
          severity: "warning",
          at: { file: path, node: id, field: ["color"] },
          message: "HTTP request has no field color.",
          help: "It is kept, but does nothing.",
          fix: { label: "Remove field", change: { edits: [{ op: "field", flow: path, node: id, path: ["color"] }] } },
        });
    }
  }
  return problems;
}
