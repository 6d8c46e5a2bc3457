import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { Failure } from "../api";
import { Banner, IconButton, useBot, useDraft, useOpenBot } from "../components";
import { t } from "../words";

/** Any other text file of the bot, as text. */
export function FileView({ path }: { path: string }) {
  const bot = useOpenBot();
  const revision = useBot((bot) => bot.mirror.revision);
  const linked = useBot((bot) => bot.linked);
  const [text, setText] = useState<string | undefined>(undefined);
  const [failure, setFailure] = useState<Failure | undefined>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: read anew whenever the bot has changed
  useEffect(() => {
    let gone = false;
    bot.readFile(path).then(
      (read) => !gone && setText(read),
      (thrown) => !gone && setFailure(Failure.from(thrown)),
    );
    return () => {
      gone = true;
    };
  }, [bot, path, revision]);

  const draft = useDraft(text ?? "", (text) =>
    bot.change(t("Edit {file}", { file: path }), [{ op: "file", path, text }]).then(() => setText(text)),
  );
  return (
    <section className="flex min-h-0 flex-1 flex-col bg-panel" aria-label={path}>
      <header className="flex h-9 shrink-0 items-center border-b border-line pr-2 pl-3">
        <h2 className="truncate text-sm font-medium">{path}</h2>
        <IconButton
          small
          icon={X}
          label={t("Close file")}
          className="ml-auto"
          onClick={() => {
            bot.view.file = undefined;
            bot.view.fire();
          }}
        />
      </header>
      {failure ? (
        <Banner tone="error" title={failure.message} text={failure.hint} />
      ) : text === undefined ? (
        <div className="flex flex-col gap-2 p-4" aria-busy>
          {[60, 80, 40].map((width) => (
            <div key={width} className="skeleton h-4" style={{ width: `${width}%` }} />
          ))}
        </div>
      ) : (
        <textarea
          aria-label={path}
          spellCheck={false}
          value={draft.value}
          // A flow is changed on the canvas; its file is looked at.
          readOnly={!linked || bot.mirror.flows.has(path)}
          onChange={(event) => draft.onChange(event.target.value)}
          onFocus={draft.onFocus}
          onBlur={draft.onBlur}
          className="min-h-0 flex-1 resize-none bg-transparent p-4 font-mono text-[12px] leading-[18px] outline-none"
        />
      )}
    </section>
  );
}
