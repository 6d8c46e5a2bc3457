import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceAround,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceAround,
  ArrowLeftRight,
  EyeOff,
  FoldVertical,
  Group,
  type LucideIcon,
  Map as MapIcon,
  PackageOpen,
  PackagePlus,
  StickyNote,
  Ungroup,
  WandSparkles,
  Workflow,
} from "lucide-react";
import {
  addNote,
  align,
  areTucked,
  distribute,
  enterCalled,
  extractSelected,
  groupSelected,
  groupsOf,
  inlineSelected,
  keepPlace,
  placesOf,
  select,
  swapSelected,
  tidy,
  tuckSelected,
  ungroupSelected,
} from "../canvas";
import { toast } from "../components";
import { calledBy, frameId, regroup, type Side } from "../flow";
import { many, t } from "../words";
import type { Action, Workspace } from "./actions";

/** What can be done on the canvas beyond adding, moving and deleting. */
export function canvasActions({ bot, canvas }: Workspace): Action[] {
  const { view, flow } = bot;
  const can = bot.editable;
  const count = view.nodes.size;
  const nodes = [...view.nodes].filter((id) => flow?.nodes.has(id));
  const groups = groupsOf(bot);
  const folded = groups.size > 0 && [...groups].every((id) => flow?.groups.get(id)?.extra?.folded === true);
  const called = flow && calledBy(flow, view.only) !== undefined;
  const tucked = areTucked(bot);
  const kept = placesOf(bot);
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  const sides: [Side, string, LucideIcon, string][] = [
    ["left", t("Align left"), AlignStartVertical, "Alt+A"],
    ["centre", t("Align centres"), AlignCenterVertical, "Alt+H"],
    ["right", t("Align right"), AlignEndVertical, "Alt+D"],
    ["top", t("Align top"), AlignStartHorizontal, "Alt+W"],
    ["middle", t("Align middles"), AlignCenterHorizontal, "Alt+V"],
    ["bottom", t("Align bottom"), AlignEndHorizontal, "Alt+S"],
  ];

  return [
    {
      id: "note",
      title: t("Add note"),
      group: "Add",
      icon: StickyNote,
      keys: ["N"],
      enabled: can && canvas !== undefined,
      canvas: true,
      run: () => {
        const spot = canvas?.spot();
        if (spot) addNote(bot, spot.at);
      },
    },
    {
      id: "group",
      title: t("Group nodes"),
      group: "Edit",
      icon: Group,
      keys: ["Mod+G"],
      enabled: can && nodes.length > 0,
      run: () => groupSelected(bot),
    },
    {
      id: "ungroup",
      title: t("Ungroup"),
      group: "Edit",
      icon: Ungroup,
      keys: ["Mod+Shift+G"],
      enabled: can && groups.size > 0,
      run: () => ungroupSelected(bot),
    },
    {
      id: "rename-group",
      title: t("Rename group"),
      group: "Edit",
      keys: ["Shift+F2"],
      enabled: can && groups.size === 1,
      canvas: true,
      run: () => view.rename(frameId([...groups][0] as string)),
    },
    {
      id: "fold",
      title: folded
        ? many(groups.size, "Unfold group", "Unfold {n} groups")
        : many(Math.max(groups.size, 1), "Fold group", "Fold {n} groups"),
      group: "View",
      icon: FoldVertical,
      keys: ["Mod+."],
      enabled: can && groups.size > 0,
      run: () => {
        if (!flow) return;
        const edits = [...groups].flatMap((id) => regroup(flow, id, { folded: !folded }));
        bot.change(folded ? t("Unfold group") : t("Fold group"), edits);
      },
    },
    ...sides.map(
      ([side, title, icon, key]): Action => ({
        id: `align-${side}`,
        title,
        group: "Edit",
        icon,
        keys: [key],
        enabled: can && count > 1,
        canvas: true,
        run: () => align(bot, side),
      }),
    ),
    {
      id: "distribute-x",
      title: t("Distribute horizontally"),
      group: "Edit",
      icon: AlignHorizontalSpaceAround,
      keys: ["Alt+Shift+H"],
      enabled: can && count > 2,
      canvas: true,
      run: () => distribute(bot, "x"),
    },
    {
      id: "distribute-y",
      title: t("Distribute vertically"),
      group: "Edit",
      icon: AlignVerticalSpaceAround,
      keys: ["Alt+Shift+V"],
      enabled: can && count > 2,
      canvas: true,
      run: () => distribute(bot, "y"),
    },
    {
      id: "tidy",
      title: count > 1 ? t("Tidy the selection") : t("Tidy the flow"),
      group: "Edit",
      icon: WandSparkles,
      keys: ["Mod+Shift+L"],
      enabled: can && flow !== undefined && flow.nodes.size > 1,
      canvas: true,
      run: () => tidy(bot),
    },
    {
      id: "swap",
      title: t("Swap two nodes"),
      group: "Edit",
      icon: ArrowLeftRight,
      keys: ["Alt+X"],
      enabled: can && nodes.length === 2,
      canvas: true,
      run: () => swapSelected(bot),
    },
    {
      id: "select-upstream",
      title: t("Select all that leads here"),
      group: "Edit",
      keys: ["Shift+Alt+ArrowLeft"],
      enabled: nodes.length > 0,
      canvas: true,
      run: () => select(bot, "upstream"),
    },
    {
      id: "select-downstream",
      title: t("Select all that follows"),
      group: "Edit",
      keys: ["Shift+Alt+ArrowRight"],
      enabled: nodes.length > 0,
      canvas: true,
      run: () => select(bot, "downstream"),
    },
    {
      id: "tuck",
      title: tucked ? t("Draw the wire again") : t("Hide the wire behind its name"),
      group: "Edit",
      icon: EyeOff,
      keys: ["Alt+L"],
      enabled: can && view.wires.size > 0,
      canvas: true,
      run: () => tuckSelected(bot),
    },
    {
      id: "extract",
      title: t("Make a flow of the selection"),
      group: "Edit",
      icon: PackagePlus,
      keys: ["Mod+Shift+E"],
      enabled: can && nodes.length > 0,
      canvas: true,
      run: () => extractSelected(bot),
    },
    {
      id: "inline",
      title: t("Put the called flow in place"),
      group: "Edit",
      icon: PackageOpen,
      enabled: can && called === true,
      run: () => inlineSelected(bot),
    },
    {
      id: "enter-flow",
      title: t("Go into the called flow"),
      group: "Go",
      icon: Workflow,
      keys: ["Mod+ArrowDown"],
      enabled: called === true,
      canvas: true,
      run: () => enterCalled(bot),
    },
    {
      id: "leave-flow",
      title: t("Back to the calling flow"),
      group: "Go",
      keys: ["Mod+ArrowUp"],
      enabled: view.callers.length > 0,
      canvas: true,
      run: () => view.leave(view.callers.at(-1) as string),
    },
    {
      id: "map",
      title: t("Map"),
      group: "View",
      icon: MapIcon,
      keys: ["M"],
      enabled: canvas !== undefined,
      canvas: true,
      run: () => canvas?.map(),
    },
    ...digits.flatMap((digit): Action[] => [
      {
        id: `place-${digit.toString()}`,
        title: t("Go to place {n}", { n: digit }),
        group: "Go",
        keys: [`Alt+${digit.toString()}`],
        enabled: kept[digit] !== undefined,
        canvas: true,
        run: () => {
          const there = kept[digit];
          if (there) canvas?.look(there);
        },
      },
      {
        id: `keep-place-${digit.toString()}`,
        title: t("Keep this place as {n}", { n: digit }),
        group: "View",
        keys: [`Shift+Alt+${digit.toString()}`],
        enabled: canvas !== undefined && flow !== undefined,
        canvas: true,
        // One line in the list of commands is enough to learn of it.
        quiet: digit > 1,
        run: () => {
          if (!canvas) return;
          keepPlace(bot, digit, canvas.view());
          toast(t("Kept as place {n}", { n: digit }), t("Alt+{n} comes back to it.", { n: digit }));
        },
      },
    ]),
  ];
}
