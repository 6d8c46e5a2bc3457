import { useState } from "react";
import type { Clash } from "../api";
import { Banner, Button, cx, Dialog, useBot, useOpenBot } from "../components";
import { t } from "../words";

/** Files that were changed here and by another program at the same time: both texts, side by side, and a choice. */
export function Clashes() {
  const bot = useOpenBot();
  const clashes = useBot((bot) => bot.mirror.clashes);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  if (clashes.length === 0) return null;
  const clash = clashes[Math.min(at, clashes.length - 1)] as Clash;
  const settle = async (keep: "mine" | "theirs") => {
    await bot.settle(clash.path, keep);
    if (clashes.length <= 1) setOpen(false);
  };
  return (
    <>
      <Banner
        tone="warning"
        title={
          clashes.length === 1
            ? t("{file} was also changed by another program.", { file: clash.path })
            : t("{n} files were also changed by another program.", { n: clashes.length })
        }
        text={t("Nothing is overwritten until you choose.")}
      >
        <Button onClick={() => setOpen(true)}>{t("Compare")}</Button>
      </Banner>
      <Dialog open={open} onClose={() => setOpen(false)} title={t("Changed in two places")} wide>
        {clashes.length > 1 && (
          <div className="flex gap-1 px-4 pb-2" role="tablist" aria-label={t("Files")}>
            {clashes.map((one, index) => (
              <button
                key={one.path}
                type="button"
                role="tab"
                aria-selected={one === clash}
                className={cx(
                  "h-7 rounded-md px-2 text-sm",
                  one === clash ? "bg-accent-soft text-accent-ink" : "text-ink-2 hover:bg-hover",
                )}
                onClick={() => setAt(index)}
              >
                {one.path}
              </button>
            ))}
          </div>
        )}
        <div className="grid min-h-0 flex-1 grid-cols-2 border-t border-line">
          <Side title={t("Mine")} about={t("as it is in this window")} text={clash.mine} other={clash.theirs} />
          <Side title={t("Theirs")} about={t("as it is on disk")} text={clash.theirs} other={clash.mine} right />
        </div>
        <footer className="flex shrink-0 items-center gap-2 border-t border-line px-4 py-3">
          <p className="min-w-0 flex-1 truncate text-sm text-ink-3">{clash.path}</p>
          <Button onClick={() => settle("theirs")}>{t("Take theirs")}</Button>
          <Button tone="primary" onClick={() => settle("mine")}>
            {t("Keep mine")}
          </Button>
        </footer>
      </Dialog>
    </>
  );
}

function Side(props: { title: string; about: string; text: string; other: string; right?: boolean }) {
  const elsewhere = new Set(props.other.split("\n"));
  return (
    <div className={cx("flex max-h-[60vh] min-h-0 min-w-0 flex-col", props.right && "border-l border-line")}>
      <h3 className="shrink-0 px-4 py-2 text-sm font-medium">
        {props.title} <span className="font-normal text-ink-3">{props.about}</span>
      </h3>
      <pre className="min-h-0 flex-1 overflow-auto px-1 pb-3 font-mono text-[12px] leading-[18px]" data-selectable>
        {props.text.split("\n").map((line, at) => (
          <div
            key={`${at.toString()}`}
            className={cx("min-w-max rounded-sm px-3", !elsewhere.has(line) && "bg-warning-soft")}
          >
            {line || " "}
          </div>
        ))}
      </pre>
    </div>
  );
}
