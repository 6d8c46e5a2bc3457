import { ChevronRight, CircleAlert, Copy, Trash2, Wrench } from "lucide-react";
import { useEffect, useState } from "react";
import type { Descriptor, Node, Problem } from "../../api";
import {
  Badge,
  Button,
  Combo,
  cx,
  Field,
  IconButton,
  KindIcon,
  loadCode,
  Prose,
  TextInput,
  useBot,
  useDraft,
  useOpenBot,
  useRemembered,
} from "../../components";
import { applies, type FlowMirror, outPorts, titleOf } from "../../flow";
import { t } from "../../words";
import { FieldRow, KeptValue } from "./FieldEditor";
import { JsonSide } from "./JsonSide";
import { ManyInspector } from "./Many";
import { FlowInspector, NoteInspector } from "./others";
import { SecretsPlace } from "./pickers";
import { controlId } from "./place";
import { Schedule } from "./Schedule";

type Props = {
  onDuplicate(): void;
  onDelete(): void;
  /** Opens the place where secrets are set. */
  onSecrets?(): void;
  /** Also shows what is selected as the text that it is. */
  json?: boolean;
};

/** What is selected, and everything about it that can be changed. Drawn from descriptors alone. */
export function Inspector(props: Props) {
  const flow = useBot((bot) => bot.flow);
  const only = useBot((bot) => bot.view.only);
  const count = useBot((bot) => bot.view.nodes.size);
  const node = useBot((bot) => (bot.view.only ? bot.flow?.nodes.get(bot.view.only) : undefined));
  const isNote = useBot((bot) => bot.view.only !== undefined && bot.flow?.notes.has(bot.view.only) === true);
  const [side, setSide] = useRemembered<"form" | "json">("inspector.side", "form");
  // The editor of texts comes while the person looks around.
  useEffect(() => {
    const wait = setTimeout(() => loadCode().catch(() => {}), 300);
    return () => clearTimeout(wait);
  }, []);
  if (!flow) return null;
  const asJson = (props.json ?? true) && !isNote && count <= 1;
  const content = () => {
    if (asJson && side === "json")
      return <JsonSide key={`${flow.path} ${only}`} flow={flow} id={node ? only : undefined} />;
    if (only && node)
      return <NodeInspector key={`${flow.path} ${only}`} id={only} node={node} flow={flow} {...props} />;
    if (only && isNote) return <NoteInspector key={only} id={only} flow={flow} />;
    if (count > 1) return <ManyInspector count={count} flow={flow} {...props} />;
    return <FlowInspector key={flow.path} flow={flow} />;
  };
  return (
    <SecretsPlace.Provider value={props.onSecrets}>
      {asJson && <Sides side={side} onSide={setSide} />}
      {content()}
    </SecretsPlace.Provider>
  );
}

/** The same thing as a form or as its text. */
function Sides(props: { side: "form" | "json"; onSide(side: "form" | "json"): void }) {
  const sides: ["form" | "json", string][] = [
    ["form", t("Form")],
    ["json", "JSON"],
  ];
  return (
    <div
      role="tablist"
      aria-label={t("Shown as")}
      className="flex h-8 shrink-0 items-center gap-0.5 border-b border-line px-2"
    >
      {sides.map(([side, name]) => (
        <button
          key={side}
          type="button"
          role="tab"
          aria-selected={props.side === side}
          tabIndex={props.side === side ? 0 : -1}
          className={cx(
            "h-6 rounded-md px-2 text-xs font-medium",
            props.side === side ? "bg-press text-ink" : "text-ink-3 hover:text-ink",
          )}
          onClick={() => props.onSide(side)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
            event.preventDefault();
            props.onSide(side === "form" ? "json" : "form");
            const other = event.currentTarget.parentElement?.querySelector<HTMLElement>(
              "[role=tab][aria-selected=false]",
            );
            other?.focus();
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function NodeInspector(props: { id: string; node: Node; flow: FlowMirror; onDuplicate(): void; onDelete(): void }) {
  const { id, node, flow } = props;
  const bot = useOpenBot();
  const kind = bot.kinds.get(node.kind);
  const disabled = useBot((bot) => !bot.editable);
  const problems = useBot((bot) => bot.mirror.trouble.ofNode(flow.path, id));
  const target = useBot((bot) => bot.view.target);
  const [advanced, setAdvanced] = useState(false);
  const path = target?.node === id ? target.field : undefined;

  useEffect(() => {
    if (!path) return;
    setAdvanced((open) => open || kind?.fields.some((field) => field.name === path[0] && field.advanced) === true);
    const frame = requestAnimationFrame(() => {
      for (let length = path.length; length > 0; length--) {
        const control = document.getElementById(controlId(path.slice(0, length)));
        if (control) return control.focus();
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [path, kind]);

  const shown = (kind?.fields ?? []).filter((field) => applies(field, node.fields, kind?.fields ?? []));
  const main = shown.filter((field) => !field.advanced);
  const more = shown.filter((field) => field.advanced);
  const declared = new Set(kind?.fields.map((field) => field.name));
  const unknown = Object.entries(node.fields).filter(([name]) => !declared.has(name));
  const row = (field: Descriptor["fields"][number]) => (
    <FieldRow
      key={field.name}
      field={field}
      value={node.fields[field.name]}
      target={{ flow: flow.path, node: id, path: [field.name] }}
      disabled={disabled}
    />
  );

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-group={kind?.group ?? "unknown"} data-testid="inspector-node">
      <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line pr-2 pl-3">
        <KindIcon name={kind?.icon ?? "puzzle"} group={kind?.group} size={16} />
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-sm font-semibold">{titleOf(node, kind)}</h2>
          {(node.name || !kind) && <p className="-mt-0.5 truncate text-xs text-ink-3">{kind?.title ?? node.kind}</p>}
        </div>
        <IconButton
          icon={Copy}
          small
          label={t("Duplicate")}
          keys="Mod+D"
          disabled={disabled}
          onClick={props.onDuplicate}
        />
        <IconButton
          icon={Trash2}
          small
          label={t("Delete")}
          keys="Delete"
          disabled={disabled}
          onClick={props.onDelete}
        />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {problems.length > 0 && (
          <ul className="flex flex-col gap-1 border-b border-line p-2" aria-label={t("Problems of this node")}>
            {problems.map((problem) => (
              <ProblemRow key={`${problem.code} ${problem.message}`} problem={problem} disabled={disabled} />
            ))}
          </ul>
        )}
        {!kind && (
          <p className="border-b border-line p-3 text-sm text-ink-2">
            {t("The kind {kind} is not installed here. This node is kept as it is, with all its values.", {
              kind: node.kind,
            })}
          </p>
        )}
        <div className="flex flex-col gap-3 p-3">
          {main.map(row)}
          {node.kind === "trigger.schedule" && (
            <Schedule flow={flow.path} node={id} fields={node.fields} disabled={disabled} />
          )}
          {kind && main.length === 0 && <p className="text-sm text-ink-3">{t("This node needs no settings.")}</p>}
          {unknown.map(([name, value]) => (
            <Field key={name} label={name} aside={<Badge>{t("kept as is")}</Badge>}>
              <KeptValue value={value} target={{ flow: flow.path, node: id, path: [name] }} />
            </Field>
          ))}
        </div>
        <NextSection id={id} node={node} flow={flow} kind={kind} disabled={disabled} />
        <Disclosure title={t("More")} open={advanced} onOpen={setAdvanced}>
          {more.map(row)}
          <NameField id={id} node={node} flow={flow} fallback={kind?.title ?? node.kind} disabled={disabled} />
          <KeyField id={id} node={node} flow={flow} disabled={disabled} />
          <p className="text-xs text-ink-3" data-selectable>
            {node.kind} · {t("version {n}", { n: node.v })} · {id}
          </p>
        </Disclosure>
        {kind?.help && (
          <p className="px-3 pt-1 pb-5 text-xs text-ink-3">
            <Prose text={kind.help} />
          </p>
        )}
      </div>
    </div>
  );
}

function ProblemRow({ problem, disabled }: { problem: Problem; disabled: boolean }) {
  const bot = useOpenBot();
  const { fix } = problem;
  return (
    <li
      className={cx(
        "flex items-start gap-2 rounded-md px-2 py-1.5",
        problem.severity === "error" ? "bg-error-soft" : "bg-warning-soft",
      )}
    >
      <CircleAlert
        size={14}
        className={cx("mt-0.5 shrink-0", problem.severity === "error" ? "text-error" : "text-warning")}
        aria-hidden
      />
      <div className="min-w-0 flex-1 text-sm">
        <p>
          <Prose text={problem.message} />
        </p>
        {problem.help && (
          <p className="text-ink-2">
            <Prose text={problem.help} />
          </p>
        )}
        {fix && (
          <Button
            tone="plain"
            icon={Wrench}
            className="mt-1.5 h-6!"
            disabled={disabled}
            onClick={() => bot.change(fix.label, fix.change.edits)}
          >
            {fix.label}
          </Button>
        )}
      </div>
    </li>
  );
}

function NextSection(props: {
  id: string;
  node: Node;
  flow: FlowMirror;
  kind: Descriptor | undefined;
  disabled: boolean;
}) {
  const { id, node, flow, kind } = props;
  const bot = useOpenBot();
  const ports = outPorts(node, kind, flow.inTransaction(node));
  if (ports.length === 0) return null;
  const choices = [...flow.nodes].flatMap(([other, one]) => {
    const its = bot.kinds.get(one.kind);
    if (other === id || its?.trigger) return [];
    return [{ value: other, label: titleOf(one, its), hint: one.name ? (its?.title ?? one.kind) : other }];
  });
  return (
    <section className="border-t border-line p-3" aria-label={t("Next")}>
      <h3 className="pb-1.5 text-xs font-semibold text-ink-3">{t("Next")}</h3>
      <div className="flex flex-col gap-1.5">
        {ports.map((port) => (
          <div key={port.id} className="flex items-center gap-2">
            {ports.length > 1 && (
              <span
                className={cx(
                  "w-24 shrink-0 truncate text-sm text-ink-2",
                  port.role === "lost" && "italic line-through",
                )}
                title={port.label}
              >
                {port.label}
              </span>
            )}
            <div className="min-w-0 flex-1">
              <Combo
                label={port.label ? t("Where {port} leads", { port: port.label }) : t("Where this leads")}
                value={node.next[port.id]}
                choices={choices}
                none={t("Not connected")}
                disabled={props.disabled}
                onChange={(to) =>
                  bot.change(to ? t("Connect") : t("Disconnect"), [
                    { op: "wire", flow: flow.path, node: id, port: port.id, ...(to ? { to } : {}) },
                  ])
                }
              />
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}

function Disclosure(props: { title: string; open: boolean; onOpen(open: boolean): void; children: React.ReactNode }) {
  return (
    <section className="border-t border-line">
      <button
        type="button"
        aria-expanded={props.open}
        className="flex h-9 w-full items-center gap-1 px-2.5 text-xs font-semibold text-ink-3 hover:text-ink-2 focus-visible:-outline-offset-2"
        onClick={() => props.onOpen(!props.open)}
      >
        <ChevronRight size={13} className={cx("transition-transform", props.open && "rotate-90")} aria-hidden />
        {props.title}
      </button>
      {props.open && <div className="flex flex-col gap-3 px-3 pb-3">{props.children}</div>}
    </section>
  );
}

function NameField({
  id,
  node,
  flow,
  fallback,
  disabled,
}: {
  id: string;
  node: Node;
  flow: FlowMirror;
  fallback: string;
  disabled: boolean;
}) {
  const bot = useOpenBot();
  const draft = useDraft(node.name ?? "", (text) =>
    bot.change(t("Rename node"), [
      { op: "prop", flow: flow.path, node: id, prop: "name", ...(text.trim() ? { value: text } : {}) },
    ]),
  );
  return (
    <Field label={t("Name")} for="node-name" help={t("What the card is called. Free text.")}>
      <TextInput
        id="node-name"
        value={draft.value}
        placeholder={fallback}
        readOnly={disabled}
        onChange={(event) => draft.onChange(event.target.value)}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
    </Field>
  );
}

/** A key is used in expressions, so it changes once, when the person is done, and everywhere at the same time. */
function KeyField({ id, node, flow, disabled }: { id: string; node: Node; flow: FlowMirror; disabled: boolean }) {
  const bot = useOpenBot();
  const [text, setText] = useState<string | undefined>(undefined);
  const shown = text ?? node.key ?? "";
  const taken = [...flow.nodes].some(([other, one]) => other !== id && one.key !== undefined && one.key === shown);
  const wrong =
    shown !== "" &&
    (!/^[a-z_][a-z0-9_]*$/i.test(shown)
      ? t("Letters, digits and _ only, not starting with a digit.")
      : taken
        ? t("Another node has this key.")
        : undefined);
  const finish = async () => {
    const to = shown.trim();
    if (text !== undefined && !wrong && to !== (node.key ?? "")) {
      if (node.key && to) await bot.act(t("Rename key"), { act: "rename_key", flow: flow.path, node: id, to });
      else
        await bot.change(t("Set key"), [
          { op: "prop", flow: flow.path, node: id, prop: "key", ...(to ? { value: to } : {}) },
        ]);
    }
    setText(undefined);
  };
  return (
    <Field
      label={t("Key")}
      for="node-key"
      help={t("How expressions call this node: nodes.key")}
      trouble={wrong ? { tone: "error", text: wrong } : undefined}
    >
      <TextInput
        mono
        id="node-key"
        value={shown}
        placeholder={t("for expressions: nodes.key")}
        readOnly={disabled}
        aria-invalid={Boolean(wrong)}
        onChange={(event) => setText(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setText(undefined);
        }}
      />
    </Field>
  );
}
