import { useEffect, useRef, useState } from "react";
import { Button, CodeField, Kbd, useBot, useOpenBot, type Wrong } from "../../components";
import { type FlowMirror, flowEdits, flowText, jsonMistake, nodeEdits, nodeText } from "../../flow";
import { t } from "../../words";

const LARGEST = 400;

/** The selected node, or the flow, as the text that it is. What is typed counts once it is applied, as one change. */
export function JsonSide({ flow, id }: { flow: FlowMirror; id: string | undefined }) {
  const bot = useOpenBot();
  const disabled = useBot((bot) => !bot.editable);
  const node = useBot(() => (id === undefined ? undefined : flow.nodes.get(id)));
  const version = useBot(() => flow.version);
  const [typed, setTyped] = useState<string | undefined>(undefined);
  // A change from elsewhere while something is typed: the person decides.
  const begun = useRef(version);
  const large = id === undefined && flow.nodes.size > LARGEST;
  const text = node ? nodeText(node) : large ? "" : flowText(flow);
  const shown = typed ?? text;
  const broken = jsonMistake(shown);
  const read = broken ? undefined : node && id !== undefined ? nodeEdits(flow, id, shown) : flowEdits(flow, shown);
  const mistake = read && "mistake" in read ? read.mistake : undefined;
  const edits = read && "edits" in read ? read.edits : [];
  const elsewhere = typed !== undefined && begun.current !== version;
  const wrongs: Wrong[] = broken ? [{ ...broken, severity: "error" }] : [];

  // What was typed and comes to nothing is no draft.
  useEffect(() => {
    if (typed !== undefined && typed === text) setTyped(undefined);
  }, [typed, text]);

  const apply = async () => {
    if (typed === undefined || broken || mistake || disabled) return;
    const done = await bot.change(node ? t("Edit node as JSON") : t("Edit flow as JSON"), edits);
    if (done) setTyped(undefined);
  };
  if (large)
    return (
      <p className="p-3 text-sm text-ink-3">{t("This flow is too large to show as JSON. Select a node to see it.")}</p>
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-2" data-testid="json-side">
      <CodeField
        key={id ?? flow.path}
        id="json-side"
        label={node ? t("The node as JSON") : t("The flow as JSON")}
        language="json"
        numbered
        fill
        most={30}
        least={20}
        value={shown}
        readOnly={disabled}
        wrongs={wrongs}
        invalid={broken !== undefined || mistake !== undefined}
        keys={{ "Mod-Enter": apply }}
        onChange={(next) => {
          if (typed === undefined) begun.current = version;
          setTyped(next);
        }}
      />
      <div className="flex min-h-7 items-center gap-2" aria-live="polite">
        <p className="min-w-0 flex-1 text-xs" data-selectable>
          {broken ? (
            <span className="text-error">{t("Not JSON yet: {why}", { why: broken.message })}</span>
          ) : mistake ? (
            <span className="text-error">{mistake}</span>
          ) : elsewhere ? (
            <span className="text-warning">{t("It has changed elsewhere since you began.")}</span>
          ) : typed === undefined ? (
            <span className="text-ink-3">{t("In step with the canvas")}</span>
          ) : (
            <span className="text-ink-2">{t("Not applied yet")}</span>
          )}
        </p>
        {typed !== undefined && (
          <>
            <Button tone="quiet" onClick={() => setTyped(undefined)}>
              {t("Discard")}
            </Button>
            <Button tone="primary" disabled={Boolean(broken || mistake) || disabled} onClick={apply}>
              {t("Apply")}
              <Kbd keys="Mod+Enter" className="opacity-80" />
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
