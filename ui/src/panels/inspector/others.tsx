import { Field, Kbd, TextArea, TextInput, useBot, useDraft, useOpenBot } from "../../components";
import type { FlowMirror } from "../../flow";
import { t } from "../../words";

export function FlowInspector({ flow }: { flow: FlowMirror }) {
  const bot = useOpenBot();
  const disabled = useBot((bot) => !bot.editable);
  useBot(() => flow.version);
  const draft = useDraft(flow.name, (text) =>
    bot.change(t("Rename flow"), [{ op: "flow_prop", flow: flow.path, prop: "name", value: text }]),
  );
  const keys: [string, string][] = [
    [t("Add a node"), "Space"],
    [t("Edit the selected node"), "Enter"],
    [t("Follow the wires"), "Alt+ArrowRight"],
    [t("All commands"), "Mod+K"],
  ];
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" data-testid="inspector-flow">
      <header className="flex h-11 items-center border-b border-line px-3">
        <h2 className="text-sm font-semibold">{t("Flow")}</h2>
      </header>
      <div className="flex flex-col gap-3 p-3">
        <Field label={t("Name")} for="flow-name">
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
          <dt className="text-ink-3">{t("Nodes")}</dt>
          <dd>{flow.nodes.size.toLocaleString()}</dd>
          <dt className="text-ink-3">{t("Wires")}</dt>
          <dd>{flow.wireCount.toLocaleString()}</dd>
          <dt className="text-ink-3">{t("File")}</dt>
          <dd className="truncate font-mono text-[12px]" data-selectable>
            {flow.path}
          </dd>
        </dl>
      </div>
      <section className="border-t border-line p-3">
        <p className="pb-2 text-sm text-ink-3">{t("Select a node to edit it.")}</p>
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
    bot.change(t("Edit note"), [{ op: "note", flow: flow.path, id, note: { ...note, text } }]),
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <header className="flex h-11 items-center border-b border-line px-3">
        <h2 className="text-sm font-semibold">{t("Note")}</h2>
      </header>
      <div className="p-3">
        <TextArea
          aria-label={t("Note")}
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
