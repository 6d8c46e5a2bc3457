import { Copy, Trash2 } from "lucide-react";
import { Button, useBot, useOpenBot } from "../../components";
import { commonFields, type FlowMirror } from "../../flow";
import { many, t } from "../../words";
import { FieldRow } from "./FieldEditor";

/** Several nodes: the fields that all of them have, written to all of them at once. */
export function ManyInspector(props: { count: number; flow: FlowMirror; onDuplicate(): void; onDelete(): void }) {
  const { flow } = props;
  const bot = useOpenBot();
  const disabled = useBot((bot) => !bot.editable);
  const selected = useBot((bot) => bot.view.nodes);
  useBot(() => flow.version);
  const ids = [...selected].filter((id) => flow.nodes.has(id));
  const [first, ...also] = ids;
  const common = commonFields(
    ids.flatMap((id) => flow.nodes.get(id) ?? []),
    bot.kinds,
  );
  const kinds = new Set(ids.map((id) => flow.nodes.get(id)?.kind));
  const kind = kinds.size === 1 ? bot.kinds.get([...kinds][0] ?? "") : undefined;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" data-testid="inspector-many">
      <header className="flex h-11 items-center border-b border-line px-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-sm font-semibold">{many(props.count, "{n} selected", "{n} selected")}</h2>
          {kind && <p className="-mt-0.5 truncate text-xs text-ink-3">{kind.title}</p>}
        </div>
      </header>
      <div className="flex flex-col gap-3 p-3">
        <div className="flex gap-2">
          <Button icon={Copy} disabled={disabled} onClick={props.onDuplicate}>
            {t("Duplicate")}
          </Button>
          <Button icon={Trash2} tone="danger" disabled={disabled} onClick={props.onDelete}>
            {t("Delete")}
          </Button>
        </div>
        <p className="text-sm text-ink-3">
          {common.length > 0
            ? t("What you change here changes in all of them.")
            : t("Drag or use the arrow keys to move them together.")}
        </p>
        {first !== undefined &&
          common.map(({ field, value, mixed }) => (
            <FieldRow
              key={field.name}
              field={field}
              value={value}
              mixed={mixed}
              target={{ flow: flow.path, node: first, path: [field.name], also }}
              disabled={disabled}
            />
          ))}
      </div>
    </div>
  );
}
