import { Command } from "cmdk";
import { useState } from "react";
import { Dialog, KindIcon, useOpenBot } from "../components";
import { connect, type FlowMirror, hasInput, outPorts, titleOf } from "../flow";
import { t } from "../words";

const MOST_TARGETS = 80;

/** Asks where a node's wire shall lead; of several outputs first which. */
export function Join({ flow, from, onClose }: { flow: FlowMirror; from: string | undefined; onClose(): void }) {
  const bot = useOpenBot();
  const [words, setWords] = useState("");
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const node = from === undefined ? undefined : flow.nodes.get(from);
  const ports = node ? outPorts(node, bot.kinds.get(node.kind)).filter((port) => port.role !== "lost") : [];
  const port = chosen ?? (ports.length === 1 ? ports[0]?.id : undefined);
  const close = () => {
    setWords("");
    setChosen(undefined);
    onClose();
  };
  const has = (text: string) => text.toLowerCase().includes(words.trim().toLowerCase());
  const title = (id: string) => {
    const one = flow.nodes.get(id);
    return one ? titleOf(one, bot.kinds.get(one.kind)) : id;
  };
  const targets = port
    ? [...flow.nodes]
        .filter(([id, one]) => id !== from && hasInput(bot.kinds.get(one.kind)) && has(title(id)))
        .slice(0, MOST_TARGETS)
    : [];
  const row = "flex h-8 items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover";
  const heading = port ? t("Connect to…") : t("Which output?");
  return (
    <Dialog open={from !== undefined} onClose={close} title={heading} hideTitle top>
      <Command shouldFilter={false} loop label={heading} className="flex min-h-0 flex-col">
        <Command.Input
          value={words}
          onValueChange={setWords}
          placeholder={heading}
          className="h-11 shrink-0 border-b border-line bg-transparent px-4 text-md outline-none"
        />
        <Command.List className="max-h-96 min-h-0 overflow-y-auto p-1.5">
          {!port &&
            ports
              .filter(({ label }) => has(label))
              .map((one) => (
                <Command.Item
                  key={one.id}
                  value={one.id}
                  className={row}
                  onSelect={() => {
                    setChosen(one.id);
                    setWords("");
                  }}
                >
                  <span className="flex-1">{one.label}</span>
                  {node?.next[one.id] && <span className="text-xs text-ink-3">{title(node.next[one.id] ?? "")}</span>}
                </Command.Item>
              ))}
          {targets.map(([id, one]) => {
            const kind = bot.kinds.get(one.kind);
            return (
              <Command.Item
                key={id}
                value={id}
                data-group={kind?.group ?? "unknown"}
                className={row}
                onSelect={() => {
                  if (from !== undefined && port)
                    bot.change(t("Connect"), connect(flow, { source: from, port, target: id }));
                  close();
                }}
              >
                <KindIcon name={kind?.icon ?? "puzzle"} group={kind?.group} />
                {title(id)}
              </Command.Item>
            );
          })}
          {(port ? targets : ports).length === 0 && (
            <p className="py-8 text-center text-sm text-ink-3">{t("Nothing found")}</p>
          )}
        </Command.List>
      </Command>
    </Dialog>
  );
}
