import { ExternalLink, MapPin, Phone } from "lucide-react";
import type { Field, Node, Platform } from "../../api";
import { cx } from "../../components";
import { applies, gridOf, hasRows, items, type Notation, plain, type Style, styled } from "../../flow";
import { t } from "../../words";

const LOOKS: Record<Style, string> = {
  bold: "font-semibold",
  italic: "italic",
  underline: "underline underline-offset-2",
  strike: "line-through",
  spoiler: "rounded-sm bg-[oklch(0.5_0.02_265/0.35)] px-0.5",
  code: "rounded-sm bg-[oklch(0.5_0.02_265/0.14)] px-1 font-mono text-[12px]",
  pre: "my-1 block rounded-md bg-[oklch(0.5_0.02_265/0.14)] px-2 py-1 font-mono text-[12px] whitespace-pre-wrap",
  link: "text-(--bubble-link) underline underline-offset-2",
  quote: "my-0.5 block border-l-[3px] border-(--bubble-link) pl-2",
  heading: "block text-md font-semibold",
  small: "text-xs opacity-70",
  hole: "rounded-sm bg-accent-soft px-1 font-mono text-[12px] text-accent-ink",
};

/** About how a chat will show a message, with its buttons. */
export function Bubble(props: {
  text: string;
  notation: Notation;
  platform: Platform;
  channels: readonly Platform[];
  onPlatform(platform: Platform): void;
  node: Node;
  fields: readonly Field[];
}) {
  const { text, notation, platform, node, fields } = props;
  const rows = buttonRows(node, fields, platform);
  if (text.trim() === "" && rows.length === 0) return null;
  return (
    <section aria-label={t("Preview")} className="mt-2 flex flex-col gap-1.5" data-testid="preview">
      <div className="flex h-5 items-center">
        <h3 className="flex-1 text-xs font-semibold text-ink-3">{t("Preview")}</h3>
        {props.channels.length > 1 && (
          <div role="radiogroup" aria-label={t("Show as on")} className="flex rounded-md bg-sunken p-px">
            {props.channels.map((one) => (
              // biome-ignore lint/a11y/useSemanticElements: looks like one switch of two halves
              <button
                key={one}
                type="button"
                role="radio"
                aria-checked={one === platform}
                className={cx(
                  "h-4.5 rounded-[5px] px-1.5 text-xs",
                  one === platform ? "bg-raised font-medium text-ink shadow-card" : "text-ink-3 hover:text-ink",
                )}
                onClick={() => props.onPlatform(one)}
              >
                {one === "telegram" ? "Telegram" : "Discord"}
              </button>
            ))}
          </div>
        )}
      </div>
      <div
        className={cx("flex flex-col gap-1 rounded-lg p-2.5", platform === "telegram" ? "nx-telegram" : "nx-discord")}
        data-selectable
      >
        {text.trim() !== "" && (
          <p
            className={cx(
              "text-sm break-words whitespace-pre-wrap",
              platform === "telegram" &&
                "max-w-[92%] self-start rounded-xl rounded-bl-sm bg-(--bubble) px-2.5 py-1.5 shadow-card",
            )}
          >
            {styled(text.trim(), notation).map((piece, at) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text have nothing else
                key={at}
                className={piece.styles.map((style) => LOOKS[style]).join(" ")}
                title={piece.url ?? (piece.styles.includes("spoiler") ? t("Hidden until tapped") : undefined)}
              >
                {piece.styles.includes("hole") ? piece.text.replace(/^\{\{-?\s*|\s*-?\}\}$/g, "") : piece.text}
              </span>
            ))}
          </p>
        )}
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <div key={at} className="flex gap-1">
            {row.map(({ id, label, opens }) => (
              <span
                key={id}
                className={cx(
                  "relative flex h-7 min-w-0 items-center justify-center rounded-md px-2 text-sm",
                  platform === "telegram"
                    ? "flex-1 bg-(--bubble-key) text-(--bubble-key-ink)"
                    : "bg-(--bubble-key) font-medium text-(--bubble-key-ink)",
                )}
              >
                <span className="truncate">{label}</span>
                {opens === "url" && <ExternalLink size={10} className="absolute top-1 right-1" aria-hidden />}
                {opens === "phone" && <Phone size={11} className="ml-1 shrink-0" aria-hidden />}
                {opens === "location" && <MapPin size={11} className="ml-1 shrink-0" aria-hidden />}
              </span>
            ))}
          </div>
        ))}
      </div>
    </section>
  );
}

type Key = { id: string; label: string; opens: string };

/** The buttons of a node: a list of labels with rows, or one below the other where they lead onwards. */
function buttonRows(node: Node, fields: readonly Field[], platform: Platform): Key[][] {
  const field = fields.find(
    (one) => (one.limit === "button_count" || one.limit === "keyboard_buttons") && applies(one, node.fields, fields),
  );
  if (field?.type.is !== "list") return [];
  const list = items(node.fields[field.name]);
  const key = ({ id, item }: (typeof list)[number]): Key => ({
    id,
    label: plain(item.label) || "…",
    opens: plain(item.does ?? item.asks),
  });
  if (hasRows(field)) return gridOf(list).map((row) => row.map(key));
  // As the engine does it: side by side where the platform has no room for so many rows.
  const across = platform === "discord" && list.length > 5 ? 5 : 1;
  const rows: Key[][] = [];
  for (let at = 0; at < list.length; at += across) rows.push(list.slice(at, at + across).map(key));
  return rows;
}
