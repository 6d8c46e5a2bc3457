import { GripVertical, Plus, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, cx, IconButton, TextInput, useDraft, useOpenBot } from "../../components";
import {
  applies,
  arrange,
  BESIDE,
  emptyItem,
  gridOf,
  itemId,
  items,
  MOST,
  moved,
  plain,
  type Spot,
  stepped,
  type Table,
} from "../../flow";
import { many, t } from "../../words";
import { FieldRow } from "./FieldEditor";
import { singular } from "./lists";
import { at, controlId, type EditorProps, spot, useChannels, useProblems, useWrite } from "./place";

const STEPS = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" } as const;

/** Buttons as they will stand: in rows, named where they are, dragged or moved by Alt and the arrow keys. */
export function ButtonGrid({ field, value, target, disabled }: EditorProps) {
  const bot = useOpenBot();
  const channels = useChannels();
  const fields = field.type.is === "list" ? field.type.item : [];
  const [label] = fields;
  const list = items(value);
  const grid = gridOf(list);
  const [open, setOpen] = useState<string | undefined>(undefined);
  const [dragged, setDragged] = useState<string | undefined>(undefined);
  const [over, setOver] = useState<Spot | undefined>(undefined);
  const [told, tell] = useState("");
  const wanted = useRef<string | undefined>(undefined);
  const noun = singular(field.label);

  // The caret follows what it is on.
  useEffect(() => {
    if (!wanted.current || !list.some((one) => one.id === wanted.current)) return;
    document.getElementById(controlId([...target.path, { item: wanted.current }, label?.name ?? ""]))?.focus();
    wanted.current = undefined;
  });
  if (!label) return null;

  const put = (rows: string[][] | undefined) => {
    if (rows) bot.change(t("Move {what}", { what: noun }), arrange(spot(target), grid, rows));
  };
  const add = async (beside: boolean) => {
    const id = itemId((id) => list.some((one) => one.id === id));
    const item = emptyItem(fields, id) as Table;
    if (beside) item[BESIDE] = true;
    else delete item[BESIDE];
    wanted.current = id;
    setOpen(id);
    await bot.change(
      t("Add {what}", { what: noun }),
      Array.isArray(value)
        ? [{ op: "insert", ...spot(target), item }]
        : [{ op: "field", ...spot(target), value: [item] }],
    );
  };
  const remove = (id: string) => {
    const rows = grid.map((row) => row.map((one) => one.id).filter((one) => one !== id));
    const next = list[list.findIndex((one) => one.id === id) + 1];
    // Who stood beside it begins the row now.
    const first = next && rows.some((row) => row[0] === next.id) && next.item[BESIDE] === true;
    if (open === id) setOpen(undefined);
    bot.change(t("Remove {what}", { what: noun }), [
      { op: "field", ...spot(at(target, { item: id })) },
      ...(first ? [{ op: "field", ...spot(at(target, { item: next.id }, BESIDE)) } as const] : []),
    ]);
  };
  const step = (id: string, key: keyof typeof STEPS) => {
    const rows = stepped(grid, id, STEPS[key]);
    if (!rows) return;
    wanted.current = id;
    put(rows);
    const row = rows.findIndex((one) => one.includes(id));
    tell(t("Row {row}, place {place}", { row: row + 1, place: (rows[row]?.indexOf(id) ?? 0) + 1 }));
  };
  const drop = () => {
    if (dragged && over) put(moved(grid, dragged, over));
    setDragged(undefined);
    setOver(undefined);
  };
  const dropping = (to: Spot) => (event: React.DragEvent) => {
    if (!dragged) return;
    event.preventDefault();
    event.stopPropagation();
    if (over?.row !== to.row || over.place !== to.place || over.alone !== to.alone) setOver(to);
  };
  const gap = (row: number) => (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop; the keys do the same
    <div
      key={`gap ${row}`}
      className={cx("-my-1 flex h-2 items-center", dragged && "relative z-10 -my-1.5 h-3")}
      onDragOver={dropping({ row, place: 0, alone: true })}
      onDrop={drop}
    >
      {over?.alone && over.row === row && <span className="h-0.5 w-full rounded-full bg-accent" />}
    </div>
  );
  const chosen = list.find((one) => one.id === open);
  const across = Math.min(...channels.map((platform) => MOST.buttons_per_row?.[platform] ?? Number.POSITIVE_INFINITY));
  const widest = Math.max(0, ...grid.map((row) => row.length));

  return (
    <div className="flex flex-col gap-1.5" data-testid="button-grid">
      <span className="sr-only" aria-live="polite">
        {told}
      </span>
      {grid.length > 0 && (
        <div className="flex flex-col gap-1.5 rounded-lg border border-line bg-sunken p-1.5">
          {grid.map((row, rowAt) => (
            <div key={row[0]?.id} className="contents">
              {gap(rowAt)}
              <fieldset
                className="flex min-w-0 gap-1"
                aria-label={t("Row {n}", { n: rowAt + 1 })}
                onDragOver={dropping({ row: rowAt, place: row.length, alone: false })}
                onDrop={drop}
              >
                {row.map(({ id, item }, place) => (
                  // biome-ignore lint/a11y/noStaticElementInteractions: dragging; the keys do the same
                  <div
                    key={id}
                    className={cx(
                      "group/key relative flex min-w-0 flex-1 items-center rounded-md border bg-raised transition-[opacity,border-color]",
                      open === id ? "border-accent" : "border-line-strong",
                      dragged === id && "opacity-40",
                    )}
                    onDragOver={(event) => {
                      const box = event.currentTarget.getBoundingClientRect();
                      const after = event.clientX > box.left + box.width / 2;
                      dropping({ row: rowAt, place: place + (after ? 1 : 0), alone: false })(event);
                    }}
                    onDrop={drop}
                  >
                    {over && !over.alone && over.row === rowAt && over.place === place && dragged !== id && (
                      <span className="absolute -left-[4px] h-full w-0.5 rounded-full bg-accent" />
                    )}
                    {over &&
                      !over.alone &&
                      over.row === rowAt &&
                      over.place === row.length &&
                      place === row.length - 1 &&
                      dragged !== id && <span className="absolute -right-[4px] h-full w-0.5 rounded-full bg-accent" />}
                    {!disabled && (
                      // biome-ignore lint/a11y/noStaticElementInteractions: dragging; the keys do the same
                      <span
                        draggable
                        data-grip={id}
                        className="flex h-7 w-4 shrink-0 cursor-grab items-center justify-center text-ink-3"
                        title={t("Drag to move; or Alt and the arrow keys")}
                        onDragStart={(event) => {
                          event.dataTransfer.effectAllowed = "move";
                          event.dataTransfer.setData("text/plain", plain(item[label.name]));
                          setDragged(id);
                        }}
                        onDragEnd={() => {
                          setDragged(undefined);
                          setOver(undefined);
                        }}
                      >
                        <GripVertical size={11} aria-hidden />
                      </span>
                    )}
                    <Label
                      field={label}
                      value={item[label.name]}
                      target={at(target, { item: id }, label.name)}
                      disabled={disabled}
                      name={t("{what} {n}", { what: capital(noun), n: list.findIndex((one) => one.id === id) + 1 })}
                      onFocus={() => setOpen(id)}
                      onStep={(key) => step(id, key)}
                    />
                    {!disabled && (
                      <IconButton
                        small
                        icon={X}
                        label={t("Remove {what}", { what: plain(item[label.name]) || noun })}
                        className="absolute! right-0.5 bg-raised! opacity-0 group-focus-within/key:opacity-100 group-hover/key:opacity-100"
                        onClick={() => remove(id)}
                      />
                    )}
                  </div>
                ))}
              </fieldset>
            </div>
          ))}
          {gap(grid.length)}
        </div>
      )}
      {widest > across && (
        <p className="text-xs text-warning">
          {many(across, "A row takes no more than one button there.", "A row takes no more than {n} buttons there.")}
        </p>
      )}
      {!disabled && (
        <div className="flex gap-1">
          <Button tone="quiet" icon={Plus} className="h-6! px-1.5!" onClick={() => add(false)}>
            {t("Add {what}", { what: noun })}
          </Button>
          {grid.length > 0 && (
            <Button tone="quiet" icon={Plus} className="h-6! px-1.5!" onClick={() => add(true)}>
              {t("Beside it")}
            </Button>
          )}
        </div>
      )}
      {chosen && (
        <section
          className="flex flex-col gap-2 rounded-lg border border-line p-2"
          aria-label={t("About {what}", { what: plain(chosen.item[label.name]) || noun })}
        >
          <p className="truncate text-xs font-medium text-ink-3">{plain(chosen.item[label.name]) || capital(noun)}</p>
          {fields
            .filter((one) => one !== label && one.name !== BESIDE && applies(one, chosen.item, fields))
            .map((one) => (
              <FieldRow
                key={`${chosen.id} ${one.name}`}
                field={one}
                value={chosen.item[one.name]}
                target={at(target, { item: chosen.id }, one.name)}
                disabled={disabled}
              />
            ))}
        </section>
      )}
    </div>
  );
}

function Label(props: EditorProps & { name: string; onFocus(): void; onStep(key: keyof typeof STEPS): void }) {
  const { field, value, target, disabled } = props;
  const write = useWrite(field, target);
  const draft = useDraft(plain(value), write);
  const wrong = useProblems(target).length > 0;
  return (
    <TextInput
      id={controlId(target.path)}
      aria-label={props.name}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown Alt+ArrowLeft Alt+ArrowRight"
      value={draft.value}
      placeholder={field.placeholder ?? ""}
      readOnly={disabled}
      aria-invalid={wrong}
      className="border-0! bg-transparent! pl-1! text-center focus:outline-none!"
      onChange={(event) => draft.onChange(event.target.value)}
      onFocus={() => {
        draft.onFocus();
        props.onFocus();
      }}
      onBlur={draft.onBlur}
      onKeyDown={(event) => {
        if (event.key === "Enter") draft.flush();
        if (!event.altKey || event.ctrlKey || event.metaKey || !(event.key in STEPS)) return;
        event.preventDefault();
        draft.flush();
        props.onStep(event.key as keyof typeof STEPS);
      }}
    />
  );
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
