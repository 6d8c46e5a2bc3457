import { Command } from "cmdk";
import { Workflow } from "lucide-react";
import { useState } from "react";
import { Dialog, Kbd, KindIcon, useOpenBot } from "../components";
import { sentence, titleOf } from "../flow";
import { t } from "../words";
import type { Action } from "./actions";

const MOST_NODES = 12;

/** Everything by its name: commands, flows and nodes. */
export function CommandPalette(props: { open: boolean; actions: () => Action[]; onClose(): void }) {
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t("Search commands, nodes and flows")} hideTitle top>
      {props.open && <Search {...props} />}
    </Dialog>
  );
}

function Search({ actions, onClose }: { actions: () => Action[]; onClose(): void }) {
  const bot = useOpenBot();
  const [words, setWords] = useState("");
  const query = words.trim().toLowerCase();
  const has = (text: string) => query.split(/\s+/).every((word) => text.toLowerCase().includes(word));
  const commands = actions().filter(
    (action) => !action.quiet && action.enabled && has(`${action.title} ${action.group}`),
  );
  const flows = [...bot.mirror.flows.values()].filter((flow) => query && has(flow.name));
  const nodes: { flow: string; id: string }[] = [];
  if (query.length > 1)
    search: for (const flow of bot.mirror.flows.values())
      for (const [id, node] of flow.nodes) {
        const kind = bot.kinds.get(node.kind);
        const text = `${titleOf(node, kind)} ${node.key ?? ""} ${JSON.stringify(node.fields)}`;
        if (has(text)) nodes.push({ flow: flow.path, id });
        if (nodes.length >= MOST_NODES) break search;
      }
  const run = (what: () => void) => {
    onClose();
    requestAnimationFrame(what);
  };
  const row = "flex h-8 items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover";
  const head =
    "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3";
  return (
    <Command shouldFilter={false} loop label={t("Search")} className="flex min-h-0 flex-col">
      <Command.Input
        value={words}
        onValueChange={setWords}
        placeholder={t("Search commands, nodes and flows")}
        className="h-11 shrink-0 border-b border-line bg-transparent px-4 text-md outline-none"
      />
      <Command.List className="max-h-96 min-h-0 overflow-y-auto p-1.5">
        {flows.length > 0 && (
          <Command.Group heading={t("Flows")} className={head}>
            {flows.map((flow) => (
              <Command.Item
                key={flow.path}
                value={flow.path}
                className={row}
                onSelect={() => run(() => bot.view.show(flow.path))}
              >
                <Workflow size={14} className="text-ink-3" aria-hidden />
                {flow.name}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {nodes.length > 0 && (
          <Command.Group heading={t("Nodes")} className={head}>
            {nodes.map(({ flow, id }) => {
              const its = bot.mirror.flows.get(flow);
              const node = its?.nodes.get(id);
              if (!its || !node) return null;
              const kind = bot.kinds.get(node.kind);
              return (
                <Command.Item
                  key={`${flow} ${id}`}
                  value={`${flow} ${id}`}
                  data-group={kind?.group ?? "unknown"}
                  className={row}
                  onSelect={() => run(() => bot.view.go(flow, id))}
                >
                  <KindIcon name={kind?.icon} group={kind?.group} />
                  <span className="shrink-0">{titleOf(node, kind)}</span>
                  <span className="min-w-0 flex-1 truncate text-xs text-ink-3">
                    {sentence(node, kind)
                      .map((piece) => piece.text)
                      .join("")}
                  </span>
                  {bot.mirror.flows.size > 1 && <span className="text-xs text-ink-3">{its.name}</span>}
                </Command.Item>
              );
            })}
          </Command.Group>
        )}
        {commands.length > 0 && (
          <Command.Group heading={t("Commands")} className={head}>
            {commands.map((action) => {
              const Icon = action.icon;
              return (
                <Command.Item key={action.id} value={action.id} className={row} onSelect={() => run(action.run)}>
                  <span className="flex w-3.5 justify-center">
                    {Icon && <Icon size={14} className="text-ink-3" aria-hidden />}
                  </span>
                  <span className="flex-1">{action.title}</span>
                  {action.keys?.[0] && <Kbd keys={action.keys[0]} />}
                </Command.Item>
              );
            })}
          </Command.Group>
        )}
        {commands.length + flows.length + nodes.length === 0 && (
          <p className="py-8 text-center text-sm text-ink-3">{t("Nothing is called that.")}</p>
        )}
      </Command.List>
    </Command>
  );
}
