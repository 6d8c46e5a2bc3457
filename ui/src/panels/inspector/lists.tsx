import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useEffect, useState } from "react";
import type { Field } from "../../api";
import { Button, IconButton, TextInput, useOpenBot } from "../../components";
import { applies, emptyItem, isTable, itemId, items, plain } from "../../flow";
import { inside, spoken, t } from "../../words";
import { FieldEditor, FieldRow } from "./FieldEditor";
import { at, controlId, type EditorProps, spot, useWrite } from "./place";

/** A list whose elements have ids of their own: every change names the element, never its position. */
export function ListEditor({ field, value, target, disabled }: EditorProps) {
  const bot = useOpenBot();
  const fields = field.type.is === "list" ? field.type.item : [];
  const list = items(value);
  const single = fields.length === 1 && fields[0] && !isWide(fields[0]) ? fields[0] : undefined;
  const noun = singular(field.label);

  // The new element gets the caret as soon as it is there.
  const [added, setAdded] = useState<string | undefined>(undefined);
  useEffect(() => {
    const first = fields[0];
    if (!added || !first || !list.some((one) => one.id === added)) return;
    document.getElementById(controlId([...target.path, { item: added }, first.name]))?.focus();
    setAdded(undefined);
  }, [added, fields, list, target.path]);

  const add = async () => {
    const id = itemId((id) => list.some((one) => one.id === id));
    const item = emptyItem(fields, id);
    await bot.change(
      t("Add {what}", { what: noun }),
      Array.isArray(value)
        ? [{ op: "insert", ...spot(target), item }]
        : [{ op: "field", ...spot(target), value: [item] }],
    );
    setAdded(id);
  };
  const remove = (id: string) =>
    bot.change(t("Remove {what}", { what: noun }), [{ op: "field", ...spot(at(target, { item: id })) }]);
  const move = (from: number, to: number) => {
    const moved = list[from];
    if (!moved) return;
    const before = list[to > from ? to + 1 : to]?.id;
    bot.change(t("Reorder {what}", { what: inside(field.label) }), [
      { op: "move", ...spot(at(target, { item: moved.id })), ...(before ? { before } : {}) },
    ]);
  };

  return (
    <div className="flex flex-col gap-1.5">
      {list.map(({ id, item }, index) => {
        const name = plain(item[fields[0]?.name ?? ""]) || `${noun} ${index + 1}`;
        const tools = !disabled && (
          <span className="pointer-events-none absolute top-[3px] right-1 flex rounded-md bg-[color-mix(in_oklab,var(--raised),var(--sunken))] opacity-0 transition-opacity group-focus-within:pointer-events-auto group-focus-within:opacity-100 group-hover:pointer-events-auto group-hover:opacity-100">
            {field.type.is === "list" && field.type.ordered && (
              <>
                <IconButton
                  small
                  icon={ArrowUp}
                  label={t("Move {what} up", { what: name })}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <IconButton
                  small
                  icon={ArrowDown}
                  label={t("Move {what} down", { what: name })}
                  disabled={index === list.length - 1}
                  onClick={() => move(index, index + 1)}
                />
              </>
            )}
            <IconButton small icon={X} label={t("Remove {what}", { what: name })} onClick={() => remove(id)} />
          </span>
        );
        if (single)
          return (
            <div key={id} className="group relative">
              {/* A placeholder is no name. */}
              <label htmlFor={controlId([...target.path, { item: id }, single.name])} className="sr-only">
                {`${capital(noun)} ${index + 1}`}
              </label>
              <div>
                <FieldEditor
                  bare
                  field={single}
                  value={item[single.name]}
                  target={at(target, { item: id }, single.name)}
                  disabled={disabled}
                />
              </div>
              {tools}
            </div>
          );
        return (
          <div key={id} className="group relative rounded-lg border border-line p-2 pt-1">
            <div className="flex h-6 items-center">
              <span className="min-w-0 flex-1 truncate text-xs font-medium text-ink-3">{`${capital(noun)} ${index + 1}`}</span>
              {tools}
            </div>
            <div className="flex flex-col gap-2">
              {fields
                .filter((inner) => applies(inner, item, fields))
                .map((inner) => (
                  <FieldRow
                    key={inner.name}
                    field={inner}
                    value={item[inner.name]}
                    target={at(target, { item: id }, inner.name)}
                    disabled={disabled}
                  />
                ))}
            </div>
          </div>
        );
      })}
      {!disabled && (
        <Button tone="quiet" icon={Plus} className="h-6! self-start px-1.5!" onClick={add}>
          {t("Add {what}", { what: noun })}
        </Button>
      )}
      {disabled && list.length === 0 && <p className="text-sm text-ink-3">{t("None")}</p>}
    </div>
  );
}

export function MapEditor({ field, value, target, disabled }: EditorProps) {
  const write = useWrite(field, target);
  const [fresh, setFresh] = useState(false);
  const inner = field.type.is === "map" ? field.type.value : undefined;
  const table = isTable(value) ? value : {};
  const bot = useOpenBot();
  if (!inner) return null;
  const rename = (from: string | undefined, to: string) => {
    setFresh(false);
    if (!to || to === from || to in table) return;
    const start = inner.default ?? "";
    if (from === undefined) {
      if (isTable(value))
        bot.change(t("Add to {what}", { what: inside(field.label) }), [
          { op: "field", ...spot(at(target, to)), value: start },
        ]);
      else write({ [to]: start });
      return;
    }
    const renamed = Object.fromEntries(Object.entries(table).map(([key, one]) => [key === from ? to : key, one]));
    write(renamed);
  };
  return (
    <div className="flex flex-col gap-1.5">
      {Object.entries(table).map(([key, one]) => (
        <div key={key} className="group flex items-start gap-1">
          <KeyInput name={key} disabled={disabled} onName={(to) => rename(key, to)} />
          <div className="min-w-0 flex-1">
            <FieldEditor
              field={{ ...inner, name: key, label: key, required: true }}
              value={one}
              target={at(target, key)}
              disabled={disabled}
            />
          </div>
          {!disabled && (
            <IconButton
              small
              icon={X}
              label={t("Remove {what}", { what: key })}
              className="mt-0.5"
              onClick={() =>
                bot.change(t("Remove from {what}", { what: inside(field.label) }), [
                  { op: "field", ...spot(at(target, key)) },
                ])
              }
            />
          )}
        </div>
      ))}
      {fresh && <KeyInput name="" disabled={false} auto onName={(to) => rename(undefined, to)} />}
      {!disabled && !fresh && (
        <Button tone="quiet" icon={Plus} className="h-6! self-start px-1.5!" onClick={() => setFresh(true)}>
          {t("Add {what}", { what: singular(field.label) })}
        </Button>
      )}
    </div>
  );
}

function KeyInput(props: { name: string; disabled: boolean; auto?: boolean; onName(name: string): void }) {
  const [text, setText] = useState(props.name);
  return (
    <div className="w-2/5 shrink-0">
      <TextInput
        mono
        aria-label={t("Name")}
        placeholder={t("Name")}
        value={text}
        readOnly={props.disabled}
        autoFocus={props.auto ?? false}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => props.onName(text.trim())}
        onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      />
    </div>
  );
}

function isWide(field: Field): boolean {
  return ["list", "map", "code", "json"].includes(field.type.is) || (field.type.is === "text" && field.type.multiline);
}

export function singular(label: string): string {
  // Other languages have no rule for it.
  if (spoken() !== "en") return label;
  const word = label.toLowerCase();
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(ch|sh|x|ss)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
