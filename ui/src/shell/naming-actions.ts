import { Cable, Variable as VariableIcon } from "lucide-react";
import { outPorts, variablesOf } from "../flow";
import { t } from "../words";
import type { Action, Workspace } from "./actions";
import { atCaret } from "./finding-actions";

/** Joining nodes and renaming what they use, without a pointer. */
export function namingActions(space: Workspace): Action[] {
  const { bot } = space;
  const { view, flow, kinds } = bot;
  const only = view.only;
  const node = only === undefined ? undefined : flow?.nodes.get(only);
  return [
    {
      id: "join",
      title: t("Connect to…"),
      group: "Edit",
      icon: Cable,
      keys: ["C"],
      enabled: bot.editable && node !== undefined && outPorts(node, kinds.get(node.kind)).length > 0,
      canvas: true,
      run: () => only !== undefined && space.join(only),
    },
    {
      id: "rename-variable",
      title: t("Rename a variable everywhere"),
      group: "Edit",
      icon: VariableIcon,
      keys: ["Shift+F6"],
      enabled: bot.linked && variablesOf(bot.mirror).length > 0,
      typing: true,
      run: () => {
        const named = atCaret(bot);
        space.renameVariable(named?.is === "variable" && named.scope !== "flow" ? named : undefined);
      },
    },
  ];
}
