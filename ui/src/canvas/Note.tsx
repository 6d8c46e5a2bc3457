import { type NodeProps, NodeToolbar, Position, useReactFlow } from "@xyflow/react";
import { memo, type PointerEvent, useEffect, useState } from "react";
import { cx, useOpenBot } from "../components";
import { NOTE, snapped } from "../flow";
import { t } from "../words";
import { tint } from "./colour";
import { Markdown } from "./Markdown";
import { Swatches } from "./Swatches";
import type { NoteNode } from "./scene";

const LEAST = { width: 120, height: 56 };

export const NoteView = memo(function NoteView({ data, selected, id, width, height }: NodeProps<NoteNode>) {
  const { note, flow, editing, editable } = data;
  const bot = useOpenBot();
  const [size, setSize] = useState<{ width: number; height: number } | undefined>(undefined);
  // Where the new size has come back, the drawn one is no longer needed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: until the size changes
  useEffect(() => setSize(undefined), [width, height]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: editing by keyboard is F2 or Enter on the note
    <div
      data-node-id={id}
      className={cx("nx-note", selected && "nx-selected")}
      style={{ ...tint(note.color), ...(size ?? {}) }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        if (editable) bot.view.rename(id);
      }}
    >
      {editing ? (
        <NoteInput
          text={note.text}
          onDone={(text) => {
            if (text !== undefined && text !== note.text)
              bot.change(t("Edit note"), [{ op: "note", flow, id, note: { ...note, text } }]);
            bot.view.rename(undefined);
          }}
        />
      ) : (
        <div className="nx-note-text">
          {note.text.trim() ? <Markdown text={note.text} /> : <p className="text-ink-3">{t("An empty note")}</p>}
        </div>
      )}
      {selected && editable && !editing && bot.view.only === id && (
        <NodeToolbar
          isVisible
          position={Position.Top}
          align="start"
          offset={6}
          style={{ zIndex: 1000 }}
          className="nx-float-bar"
        >
          <Swatches
            color={note.color}
            onColor={(color) => {
              const { color: _, ...rest } = note;
              bot.change(t("Colour note"), [{ op: "note", flow, id, note: { ...rest, ...(color ? { color } : {}) } }]);
            }}
          />
        </NodeToolbar>
      )}
      {editable && (
        <Grip
          size={{ width: width ?? NOTE.w, height: height ?? NOTE.h }}
          onSize={setSize}
          onDone={(to) => {
            const { x, y } = bot.flow?.placeOf(id) ?? { x: 0, y: 0 };
            bot.change(t("Resize note"), [{ op: "place", flow, id, place: { x, y, w: to.width, h: to.height } }]);
          }}
        />
      )}
    </div>
  );
});

function NoteInput({ text, onDone }: { text: string; onDone(text: string | undefined): void }) {
  const [typed, setTyped] = useState(text);
  return (
    <textarea
      className="nx-note-input nodrag nopan nowheel"
      aria-label={t("Note")}
      value={typed}
      placeholder={t("Write down why. Markdown works.")}
      // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
      autoFocus
      onFocus={(event) => event.currentTarget.setSelectionRange(typed.length, typed.length)}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => onDone(typed)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey)))
          event.currentTarget.blur();
      }}
    />
  );
}

type Size = { width: number; height: number };

function Grip({ size, onSize, onDone }: { size: Size; onSize(size: Size): void; onDone(size: Size): void }) {
  const rf = useReactFlow();
  const down = (event: PointerEvent<HTMLSpanElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    const grip = event.currentTarget;
    const from = { x: event.clientX, y: event.clientY };
    const zoom = rf.getZoom();
    let to = size;
    grip.setPointerCapture(event.pointerId);
    const move = (event: globalThis.PointerEvent) => {
      to = {
        width: Math.max(LEAST.width, snapped(size.width + (event.clientX - from.x) / zoom)),
        height: Math.max(LEAST.height, snapped(size.height + (event.clientY - from.y) / zoom)),
      };
      onSize(to);
    };
    const up = () => {
      grip.removeEventListener("pointermove", move);
      if (to.width !== size.width || to.height !== size.height) onDone(to);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", up, { once: true });
    grip.addEventListener("pointercancel", up, { once: true });
  };
  return <span className="nx-grip nodrag nopan" title={t("Drag to resize")} onPointerDown={down} />;
}
