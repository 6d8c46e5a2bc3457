import { ArrowLeft, ArrowRight, Keyboard, Layers, SearchCode, TextSearch } from "lucide-react";
import type { Mode, Named } from "../api";
import { definition, namedAt, namedBy, type OpenBot } from "../flow";
import { t } from "../words";
import type { Action, Workspace } from "./actions";

const MODES: [Mode, () => string][] = [
  ["creator", () => t("Show what creators need")],
  ["power", () => t("Show everything")],
  ["developer", () => t("Show everything, with ids and files")],
];

/** Finding, going to what is meant, going back, and the keys themselves. */
export function findingActions(space: Workspace): Action[] {
  const { bot } = space;
  const { view } = bot;
  return [
    {
      id: "find",
      title: t("Find in this flow"),
      group: "Go",
      icon: TextSearch,
      keys: ["Mod+F"],
      enabled: bot.flow !== undefined && view.file === undefined,
      typing: true,
      run: space.find,
    },
    {
      id: "search",
      title: t("Search in all flows"),
      group: "Go",
      icon: TextSearch,
      keys: ["Mod+Shift+F"],
      enabled: true,
      typing: true,
      run: () => space.side("search"),
    },
    {
      id: "outline",
      title: t("Outline of this flow"),
      group: "Go",
      keys: ["Mod+Shift+O"],
      enabled: true,
      typing: true,
      run: () => space.side("outline"),
    },
    {
      id: "history",
      title: t("History"),
      group: "Go",
      keys: ["Mod+Shift+H"],
      enabled: true,
      typing: true,
      run: () => space.side("history"),
    },
    {
      id: "definition",
      title: t("Go to what is meant"),
      group: "Go",
      keys: ["F12"],
      enabled: bot.flow !== undefined,
      typing: true,
      run: () => goTo(bot, meant(bot)),
    },
    {
      id: "uses",
      title: t("Find uses"),
      group: "Go",
      icon: SearchCode,
      keys: ["Shift+F12"],
      enabled: bot.flow !== undefined,
      typing: true,
      run: () => {
        const named = atCaret(bot) ?? ofSelection(bot);
        if (named) view.usesOf(named);
      },
    },
    {
      id: "back",
      title: t("Go back"),
      group: "Go",
      icon: ArrowLeft,
      keys: ["Mod+Alt+ArrowLeft"],
      enabled: view.trail.can(-1),
      typing: true,
      run: () => bot.travel(-1),
    },
    {
      id: "forward",
      title: t("Go forward"),
      group: "Go",
      icon: ArrowRight,
      keys: ["Mod+Alt+ArrowRight"],
      enabled: view.trail.can(1),
      typing: true,
      run: () => bot.travel(1),
    },
    ...MODES.map(
      ([mode, title]): Action => ({
        id: `mode-${mode}`,
        title: title(),
        group: "View",
        icon: Layers,
        enabled: true,
        run: () => space.setMode(mode),
      }),
    ),
    {
      id: "keys",
      title: t("Keyboard shortcuts"),
      group: "View",
      icon: Keyboard,
      keys: ["?"],
      enabled: true,
      run: space.sheet,
    },
  ];
}

/** What F12 goes to: the name under the caret, else what the selected node leads to by a field. */
function meant(bot: OpenBot): Named | undefined {
  const { flow, view, kinds } = bot;
  return atCaret(bot) ?? (flow && view.only !== undefined ? namedBy(flow, view.only, kinds) : undefined);
}

/** What the uses of are asked for without a caret in a name: the selected node, else the flow itself. */
function ofSelection({ flow, view }: OpenBot): Named | undefined {
  if (!flow) return undefined;
  if (view.only !== undefined && flow.nodes.has(view.only)) return { is: "node", flow: flow.path, node: view.only };
  return { is: "flow", id: flow.id };
}

/** What the name under the caret stands for. */
export function atCaret({ flow }: OpenBot): Named | undefined {
  const focused = document.activeElement;
  if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement)
    return namedAt(focused.value, focused.selectionStart ?? 0, flow);
  // Editors of code are made of text nodes, a line each.
  const selection = focused instanceof HTMLElement && focused.isContentEditable ? window.getSelection() : null;
  const line = selection?.anchorNode?.parentElement?.closest(".cm-line");
  if (!selection?.anchorNode || !line) return undefined;
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(selection.anchorNode, selection.anchorOffset);
  return namedAt(line.textContent ?? "", before.toString().length, flow);
}

function goTo(bot: OpenBot, named: Named | undefined): void {
  const to = named && definition(bot.mirror, named);
  if (!to) return;
  if ("reveal" in to) bot.view.reveal(to.reveal);
  else if (to.node !== undefined) bot.view.go(to.flow, to.node);
  else bot.view.show(to.flow);
}
