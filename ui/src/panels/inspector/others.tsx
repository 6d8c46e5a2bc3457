import { Copy, Trash2 } from "lucide-react";
import { Button, Field, Kbd, TextArea, TextInput, useBot, useDraft, useOpenBot } from "../../components";
import type { FlowMirror } from "../../flow";

export function FlowInspector({ flow }: { flow: FlowMirror }) {
  const bot = useOpenBot();
  const disabled = useBot((bot) => !bot.editable);
  useBot(() => flow.version);
  const draft = useDraft(flow.name, (text) =>
    bot.change("Rename flow", [{ op: "flow_prop", flow: flow.path, prop: "name", value: text }]),
  );
  const keys: [string, string][] = [
    ["Add a node", "Space"],
    ["Edit the selected node", "Enter"],
    ["Follow the wires", "Alt+ArrowRight"],
    ["All commands", "Mod+K"],
  ];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" data-testid="inspector-flow">
      <header className="flex h-11 items-center border-b border-line px-3">
        <h2 className="text-sm font-semibold">Flow</h2>
      </header>
      <div className="flex flex-col gap-3 p-3">
        <Field label="Name" for="flow-name">
          <TextInput
            id="flow-name"
            value={draft.value}
            readOnly={disabled}
            onChange={(event) => draft.onChange(event.target.value)}
            onFocus={draft.onFocus}
            onBlur={draft.onBlur}
          />
        </Field>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          <dt className="text-ink-3">Nodes</dt>
          <dd>{flow.nodes.size.toLocaleString("en")}</dd>
          <dt className="text-ink-3">Wires</dt>
          <dd>{flow.wireCount.toLocaleString("en")}</dd>
          <dt className="text-ink-3">File</dt>
          <dd className="truncate font-mono text-[12px]" data-selectable>
            {flow.path}
          </dd>
        </dl>
      </div>
      <section className="border-t border-line p-3">
        <p className="pb-2 text-sm text-ink-3">Select a node to edit it.</p>
        <ul className="flex flex-col gap-1.5">
          {keys.map(([what, key]) => (
            <li key={what} className="flex items-center text-sm text-ink-2">
              <span className="flex-1">{what}</span>
              <Kbd keys={key} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

export function NoteInspector({ id, flow }: { id: string; flow: FlowMirror }) {
  const bot = useOpenBot();
  const note = useBot(() => flow.notes.get(id));
  const disabled = useBot((bot) => !bot.editable);
  const draft = useDraft(note?.text ?? "", (text) =>
    bot.change("Edit note", [{ op: "note", flow: flow.path, id, note: { ...note, text } }]),
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <header className="flex h-11 items-center border-b border-line px-3">
        <h2 className="text-sm font-semibold">Note</h2>
      </header>
      <div className="p-3">
        <TextArea
          aria-label="Note"
          least={6}
          value={draft.value}
          readOnly={disabled}
          onChange={(event) => draft.onChange(event.target.value)}
          onFocus={draft.onFocus}
          onBlur={draft.onBlur}
        />
      </div>
    </div>
  );
}

export function ManyInspector(props: { count: number; flow: FlowMirror; onDuplicate(): void; onDelete(): void }) {
  const disabled = useBot((bot) => !bot.editable);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <header className="flex h-11 items-center border-b border-line px-3">
        <h2 className="text-sm font-semibold">{props.count} selected</h2>
      </header>
      <div className="flex flex-col gap-2 p-3">
        <p className="text-sm text-ink-3">Drag or use the arrow keys to move them together.</p>
        <div className="flex gap-2">
          <Button icon={Copy} disabled={disabled} onClick={props.onDuplicate}>
            Duplicate
          </Button>
          <Button icon={Trash2} tone="danger" disabled={disabled} onClick={props.onDelete}>
            Delete
          </Button>
        </div>
      </div>
    </div>
  );
}
