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
import type { Mode } from "../api";
import { type CanvasHandle, nudge, walk } from "../canvas";
import { disconnect, type OpenBot, outPorts, wireEnds } from "../flow";
import { inside, many, t } from "../words";
import { canvasActions } from "./canvas-actions";
import { duplicate, pasteFromClipboard, putOnClipboard } from "./clipboard";
import { findingActions } from "./finding-actions";
import { namingActions } from "./naming-actions";
import { pictureActions } from "./picture-actions";
import type { Variable } from "./RenameVariable";
import type { Side } from "./SideBar";
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
  /** Opens the bar that finds in the flow. */
  find(): void;
  /** Shows one view of the left panel. */
  side(side: Side): void;
  /** Shows all keys. */
  sheet(): void;
  /** Asks where a node's wire shall lead. */
  join(id: string): void;
  /** Asks for another name of a variable; without one, first for the variable. */
  renameVariable(named: Variable | undefined): void;
  setTheme(theme: Theme): void;
  setMode(mode: Mode): void;
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
  const nudges: [string, string, number, number, string, string][] = [
    ["left", "ArrowLeft", -1, 0, t("Move left"), t("Move far left")],
    ["right", "ArrowRight", 1, 0, t("Move right"), t("Move far right")],
    ["up", "ArrowUp", 0, -1, t("Move up"), t("Move far up")],
    ["down", "ArrowDown", 0, 1, t("Move down"), t("Move far down")],
  ];

  return [
    {
      id: "undo",
      title: mirror.undo ? t("Undo {what}", { what: inside(mirror.undo) }) : t("Undo"),
      group: "Edit",
      icon: Undo2,
      keys: ["Mod+Z"],
      enabled: bot.linked && mirror.undo !== undefined,
      typing: true,
      run: () => bot.undo(),
    },
    {
      id: "redo",
      title: mirror.redo ? t("Redo {what}", { what: inside(mirror.redo) }) : t("Redo"),
      group: "Edit",
      icon: Redo2,
      keys: ["Mod+Shift+Z", "Mod+Y"],
      enabled: bot.linked && mirror.redo !== undefined,
      typing: true,
      run: () => bot.redo(),
    },
    {
      id: "add",
      title: t("Add node"),
      group: "Add",
      icon: Plus,
      keys: ["Space"],
      enabled: can,
      canvas: true,
      run: space.palette,
    },
    {
      id: "edit",
      title: t("Edit node"),
      group: "Edit",
      icon: Pencil,
      keys: ["Enter"],
      enabled: true,
      canvas: true,
      run: () => editNode(space),
    },
    {
      id: "rename",
      title: t("Rename node"),
      group: "Edit",
      keys: ["F2"],
      enabled: can && view.only !== undefined,
      canvas: true,
      run: () => view.rename(view.only),
    },
    {
      id: "duplicate",
      title: t("Duplicate"),
      group: "Edit",
      icon: CopyPlus,
      keys: ["Mod+D"],
      enabled: can && some,
      run: () => duplicate(bot),
    },
    {
      id: "copy",
      title: t("Copy"),
      group: "Edit",
      icon: Copy,
      keys: ["Mod+C"],
      native: true,
      enabled: some,
      run: () => putOnClipboard(bot),
    },
    {
      id: "paste",
      title: t("Paste"),
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
          ? t("Delete node")
          : many(view.nodes.size, "Delete node", "Delete {n} nodes")
        : view.wires.size > 0
          ? t("Disconnect")
          : t("Delete"),
      group: "Edit",
      icon: Trash2,
      keys: ["Delete", "Backspace"],
      enabled: can && picked,
      canvas: true,
      run: () => remove(bot, false),
    },
    {
      id: "delete-heal",
      title: t("Delete and join neighbours"),
      group: "Edit",
      keys: ["Shift+Delete"],
      enabled: can && some,
      canvas: true,
      run: () => remove(bot, true),
    },
    {
      id: "select-all",
      title: t("Select all"),
      group: "Edit",
      keys: ["Mod+A"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => flow && view.select([...flow.nodes.keys(), ...flow.notes.keys()]),
    },
    {
      id: "deselect",
      title: t("Select nothing"),
      group: "Edit",
      keys: ["Escape"],
      enabled: picked,
      canvas: true,
      quiet: true,
      run: () => view.select([]),
    },
    ...nudges.flatMap(([name, key, x, y, near, far]): Action[] => [
      {
        id: `nudge-${name}`,
        title: near,
        group: "Edit",
        keys: [key],
        enabled: can && some,
        canvas: true,
        quiet: true,
        run: step(x * 8, y * 8),
      },
      {
        id: `nudge-far-${name}`,
        title: far,
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
      title: t("Go to next node"),
      group: "Go",
      keys: ["Alt+ArrowRight"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "next"),
    },
    {
      id: "walk-previous",
      title: t("Go to previous node"),
      group: "Go",
      keys: ["Alt+ArrowLeft"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "previous"),
    },
    {
      id: "walk-up",
      title: t("Go to node above"),
      group: "Go",
      keys: ["Alt+ArrowUp"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "up"),
    },
    {
      id: "walk-down",
      title: t("Go to node below"),
      group: "Go",
      keys: ["Alt+ArrowDown"],
      enabled: flow !== undefined,
      canvas: true,
      run: () => walk(bot, "down"),
    },
    ...canvasActions(space),
    {
      id: "fit",
      title: t("Fit the whole flow"),
      group: "View",
      icon: Maximize,
      keys: ["1", "Shift+1"],
      enabled: canvas !== undefined,
      run: () => canvas?.fit(),
    },
    {
      id: "fit-selection",
      title: t("Fit the selection"),
      group: "View",
      keys: ["2", "Shift+2"],
      enabled: some,
      canvas: true,
      run: () => canvas?.fit(view.nodes),
    },
    {
      id: "zoom-in",
      title: t("Zoom in"),
      group: "View",
      keys: ["Mod+=", "Mod++"],
      enabled: canvas !== undefined,
      run: () => canvas?.zoom(1.25),
    },
    {
      id: "zoom-out",
      title: t("Zoom out"),
      group: "View",
      keys: ["Mod+-"],
      enabled: canvas !== undefined,
      run: () => canvas?.zoom(0.8),
    },
    {
      id: "zoom-full",
      title: t("Zoom to 100 %"),
      group: "View",
      keys: ["Mod+0"],
      enabled: canvas !== undefined,
      run: () => canvas?.zoom(undefined),
    },
    {
      id: "commands",
      title: t("Search commands, nodes and flows"),
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
      title: t("Explorer"),
      group: "View",
      icon: PanelLeft,
      keys: ["Mod+B"],
      enabled: true,
      typing: true,
      run: () => space.toggle("explorer"),
    },
    {
      id: "problems",
      title: t("Problems"),
      group: "View",
      icon: PanelBottom,
      keys: ["Mod+J"],
      enabled: true,
      typing: true,
      run: () => space.toggle("problems"),
    },
    {
      id: "inspector",
      title: t("Inspector"),
      group: "View",
      icon: PanelRight,
      keys: ["Mod+I"],
      enabled: true,
      typing: true,
      run: () => space.toggle("inspector"),
    },
    {
      id: "run",
      title: t("Run the bot"),
      group: "Run",
      icon: Play,
      keys: ["Mod+Enter"],
      enabled: bot.linked,
      typing: true,
      run: space.runs,
    },
    {
      id: "restart",
      title: t("Restart with the changes"),
      group: "Run",
      icon: RotateCw,
      enabled: bot.linked && bot.run.view.state === "running" && bot.run.changed,
      run: () => bot.run.start(),
    },
    {
      id: "stop",
      title: t("Stop the bot"),
      group: "Run",
      icon: Square,
      enabled: bot.linked && bot.run.view.state === "running",
      run: () => bot.run.stop(),
    },
    {
      id: "publish",
      title: t("Publish…"),
      group: "Run",
      icon: CloudUpload,
      enabled: bot.linked,
      run: space.publish,
    },
    {
      id: "save",
      title: t("Save now"),
      group: "File",
      icon: Save,
      keys: ["Mod+S"],
      enabled: bot.linked,
      typing: true,
      run: () => bot.save(),
    },
    {
      id: "settings",
      title: t("Settings"),
      group: "File",
      icon: Settings,
      keys: ["Mod+,"],
      enabled: true,
      typing: true,
      run: space.settings,
    },
    ...findingActions(space),
    ...namingActions(space),
    ...pictureActions(space),
    { id: "close", title: t("Close bot"), group: "File", icon: FolderOpen, enabled: true, run: space.close },
    {
      id: "light",
      title: t("Light theme"),
      group: "View",
      icon: Sun,
      enabled: true,
      run: () => space.setTheme("light"),
    },
    { id: "dark", title: t("Dark theme"), group: "View", icon: Moon, enabled: true, run: () => space.setTheme("dark") },
    {
      id: "system",
      title: t("System theme"),
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
    bot.act(many(ids.length, "Delete node", "Delete {n} nodes"), {
      act: "remove",
      flow: flow.path,
      ids,
      heal,
    });
  else if (view.wires.size > 0) bot.change(t("Disconnect"), disconnect(flow, [...view.wires].map(wireEnds)));
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
