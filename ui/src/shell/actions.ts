import {
  ClipboardPaste,
  CloudUpload,
  Copy,
  CopyPlus,
  FolderOpen,
  type LucideIcon,
  Maximize,
  Moon,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Pencil,
  Play,
  Plus,
  Redo2,
  RotateCw,
  Save,
  Search,
  Settings,
  Square,
  Sun,
  SunMoon,
  Trash2,
  Undo2,
} from "lucide-react";
import { type CanvasHandle, nudge, walk } from "../canvas";
import { disconnect, type OpenBot, outPorts, wireEnds } from "../flow";
import { duplicate, pasteFromClipboard, putOnClipboard } from "./clipboard";
import type { Theme } from "./theme";

export type Action = {
  id: string;
  title: string;
  group: "Edit" | "Add" | "Go" | "View" | "Run" | "File";
  icon?: LucideIcon;
  keys?: string[];
  enabled: boolean;
  /** Works while text is being typed. */
  typing?: boolean;
  /** Works only while the canvas (or nothing) has the focus. */
  canvas?: boolean;
  /** The browser's own event does it; the keys are shown only. */
  native?: boolean;
  /** Not worth a line in the command palette. */
  quiet?: boolean;
  run(): void;
};

export type Workspace = {
  bot: OpenBot;
  canvas: CanvasHandle | undefined;
  toggle(panel: "explorer" | "inspector" | "problems"): void;
  show(panel: "inspector"): void;
  palette(): void;
  commands(): void;
  /** Shows or hides how the bot runs. */
  runs(): void;
  publish(): void;
  settings(): void;
  setTheme(theme: Theme): void;
  close(): void;
};

/** All that can be done in a workspace, once: toolbar, menus, command palette and keys are drawn from here. */
export function actionsOf(space: Workspace): Action[] {
  const { bot, canvas } = space;
  const { view, flow, mirror } = bot;
  const some = view.nodes.size > 0;
  const picked = some || view.wires.size > 0;
  const can = bot.editable;
  const step = (x: number, y: number) => () => nudge(bot, { x, y });
  const nudges: [string, string, number, number][] = [
    ["left", "ArrowLeft", -1, 0],
    ["right", "ArrowRight", 1, 0],
    ["up", "ArrowUp", 0, -1],
    ["down", "ArrowDown", 0, 1],
  ];

  return [
    {
      id: "undo",
      title: mirror.undo ? `Undo ${lower(mirror.undo)}` : "Undo",
      group: "Edit",
      icon: Undo2,
      keys: ["Mod+Z"],
      enabled: bot.linked && mirror.undo !== undefined,
      typing: true,
      run: () => bot.undo(),
    },
    {
      id: "redo",
      title: mirror.redo ? `Redo ${lower(mirror.redo)}` : "Redo",
      group: "Edit",
      icon: Redo2,
      keys: ["Mod+Shift+Z", "Mod+Y"],
      enabled: bot.linked && mirror.redo !== undefined,
      typing: true,
      run: () => bot.redo(),
    },
    {
      id: "add",
      title: "Add node",
      group: "Add",
      icon: Plus,
      keys: ["Space"],
      enabled: can,
      canvas: true,
      run: space.palette,
    },
    {
      id: "edit",
      title: "Edit node",
      group: "Edit",
      icon: Pencil,
      keys: ["Enter"],
      enabled: true,
      canvas: true,
      run: () => editNode(space),
    },
    {
      id: "rename",
      title: "Rename node",
      group: "Edit",
      keys: ["F2"],
      enabled: can && view.only !== undefined,
      canvas: true,
      run: () => view.rename(view.only),
    },
    {
      id: "duplicate",
      title: "Duplicate",
      group: "Edit",
      icon: CopyPlus,
      keys: ["Mod+D"],
      enabled: can && some,
      run: () => duplicate(bot),
    },
    {
      id: "copy",
      title: "Copy",
      group: "Edit",
      icon: Copy,
      keys: ["Mod+C"],
      native: true,
      enabled: some,
      run: () => putOnClipboard(bot),
    },
    {
      id: "paste",
      title: "Paste",
      group: "Edit",
      icon: ClipboardPaste,
      keys: ["Mod+V"],
      native: true,
      enabled: can,
      run: () => pasteFromClipboard(bot, canvas),
    },
    {
      id: "delete",
      title: some
        ? view.nodes.size === 1
          ? "Delete node"
          : `Delete ${view.nodes.size} nodes`
        : view.wires.size > 0
          ? "Disconnect"
          : "Delete",
      group: "Edit",
      icon: Trash2,
      keys: ["Delete", "Backspace"],
      enabled: can && picked,
      canvas: true,
      run: () => remove(bot, false),
    },
    {
      id: "delete-heal",
      title: "Delete and join neighbours",
      group: "Edit",
      keys: ["Shift+Delete"],
      enabled: can && some,
      canvas: true,
      run: () => remove(bot, true),
    },
    {
      id: "select-all",
      title: "Select all",
      group: "Edit",
      keys: ["Mod+A"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => flow && view.select([...flow.nodes.keys(), ...flow.notes.keys()]),
    },
    {
      id: "deselect",
      title: "Select nothing",
      group: "Edit",
      keys: ["Escape"],
      enabled: picked,
      canvas: true,
      quiet: true,
      run: () => view.select([]),
    },
    ...nudges.flatMap(([name, key, x, y]): Action[] => [
      {
        id: `nudge-${name}`,
        title: `Move ${name}`,
        group: "Edit",
        keys: [key],
        enabled: can && some,
        canvas: true,
        quiet: true,
        run: step(x * 8, y * 8),
      },
      {
        id: `nudge-far-${name}`,
        title: `Move far ${name}`,
        group: "Edit",
        keys: [`Shift+${key}`],
        enabled: can && some,
        canvas: true,
        quiet: true,
        run: step(x * 48, y * 48),
      },
    ]),
    {
      id: "walk-next",
      title: "Go to next node",
      group: "Go",
      keys: ["Alt+ArrowRight"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "next"),
    },
    {
      id: "walk-previous",
      title: "Go to previous node",
      group: "Go",
      keys: ["Alt+ArrowLeft"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "previous"),
    },
    {
      id: "walk-up",
      title: "Go to node above",
      group: "Go",
      keys: ["Alt+ArrowUp"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "up"),
    },
    {
      id: "walk-down",
      title: "Go to node below",
      group: "Go",
      keys: ["Alt+ArrowDown"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "down"),
    },
    {
      id: "fit",
      title: "Fit the whole flow",
      group: "View",
      icon: Maximize,
      keys: ["1", "Shift+1"],
      enabled: canvas !== undefined,
      run: () => canvas?.fit(),
    },
    {
      id: "fit-selection",
      title: "Fit the selection",
      group: "View",
      keys: ["2", "Shift+2"],
      enabled: some,
      canvas: true,
      run: () => canvas?.fit(view.nodes),
    },
    {
      id: "zoom-in",
      title: "Zoom in",
      group: "View",
      keys: ["Mod+=", "Mod++"],
      enabled: canvas !== undefined,
      run: () => canvas?.zoom(1.25),
    },
    {
      id: "zoom-out",
      title: "Zoom out",
      group: "View",
      keys: ["Mod+-"],
      enabled: canvas !== undefined,
      run: () => canvas?.zoom(0.8),
    },
    {
      id: "zoom-full",
      title: "Zoom to 100 %",
      group: "View",
      keys: ["Mod+0"],
      enabled: canvas !== undefined,
      run: () => canvas?.zoom(undefined),
    },
    {
      id: "commands",
      title: "Search commands, nodes and flows",
      group: "Go",
      icon: Search,
      keys: ["Mod+K"],
      enabled: true,
      typing: true,
      quiet: true,
      run: space.commands,
    },
    {
      id: "explorer",
      title: "Explorer",
      group: "View",
      icon: PanelLeft,
      keys: ["Mod+B"],
      enabled: true,
      typing: true,
      run: () => space.toggle("explorer"),
    },
    {
      id: "problems",
      title: "Problems",
      group: "View",
      icon: PanelBottom,
      keys: ["Mod+J"],
      enabled: true,
      typing: true,
      run: () => space.toggle("problems"),
    },
    {
      id: "inspector",
      title: "Inspector",
      group: "View",
      icon: PanelRight,
      keys: ["Mod+I"],
      enabled: true,
      typing: true,
      run: () => space.toggle("inspector"),
    },
    {
      id: "run",
      title: "Run the bot",
      group: "Run",
      icon: Play,
      keys: ["Mod+Enter"],
      enabled: bot.linked,
      typing: true,
      run: space.runs,
    },
    {
      id: "restart",
      title: "Restart with the changes",
      group: "Run",
      icon: RotateCw,
      enabled: bot.linked && bot.run.view.state === "running" && bot.run.changed,
      run: () => bot.run.start(),
    },
    {
      id: "stop",
      title: "Stop the bot",
      group: "Run",
      icon: Square,
      enabled: bot.linked && bot.run.view.state === "running",
      run: () => bot.run.stop(),
    },
    {
      id: "publish",
      title: "Publish…",
      group: "Run",
      icon: CloudUpload,
      enabled: bot.linked,
      run: space.publish,
    },
    {
      id: "save",
      title: "Save now",
      group: "File",
      icon: Save,
      keys: ["Mod+S"],
      enabled: bot.linked,
      typing: true,
      run: () => bot.save(),
    },
    {
      id: "settings",
      title: "Settings",
      group: "File",
      icon: Settings,
      keys: ["Mod+,"],
      enabled: true,
      typing: true,
      run: space.settings,
    },
    { id: "close", title: "Close bot", group: "File", icon: FolderOpen, enabled: true, run: space.close },
    { id: "light", title: "Light theme", group: "View", icon: Sun, enabled: true, run: () => space.setTheme("light") },
    { id: "dark", title: "Dark theme", group: "View", icon: Moon, enabled: true, run: () => space.setTheme("dark") },
    {
      id: "system",
      title: "System theme",
      group: "View",
      icon: SunMoon,
      enabled: true,
      run: () => space.setTheme("system"),
    },
  ];
}

export function remove(bot: OpenBot, heal: boolean): void {
  const { flow, view } = bot;
  if (!flow || !bot.editable) return;
  const ids = [...view.nodes];
  if (ids.length > 0)
    bot.act(ids.length === 1 ? "Delete node" : `Delete ${ids.length} nodes`, {
      act: "remove",
      flow: flow.path,
      ids,
      heal,
    });
  else if (view.wires.size > 0) bot.change("Disconnect", disconnect(flow, [...view.wires].map(wireEnds)));
}

/** The port a node added from the keyboard hangs on: the selected node's first free one. */
export function freePort(bot: OpenBot): { end: "target"; node: string; port: string } | undefined {
  const { flow, view } = bot;
  const node = view.only === undefined ? undefined : flow?.nodes.get(view.only);
  if (!node || view.only === undefined) return undefined;
  const port = outPorts(node, bot.kinds.get(node.kind)).find((port) => port.role === "flow" && !node.next[port.id]);
  return port && { end: "target", node: view.only, port: port.id };
}

function editNode(space: Workspace): void {
  const { view, flow } = space.bot;
  const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
  const other = focused !== undefined && flow?.nodes.has(focused) && !view.nodes.has(focused);
  if (other) view.select([focused]);
  else if (focusFirst()) return;
  space.show("inspector");
  requestAnimationFrame(() => requestAnimationFrame(focusFirst));
}

function focusFirst(): boolean {
  const first = document.querySelector<HTMLElement>(
    "[data-panel=inspector] :is(textarea, input, button[id^=field], [contenteditable=true])",
  );
  first?.focus();
  return first != null;
}

function lower(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}
