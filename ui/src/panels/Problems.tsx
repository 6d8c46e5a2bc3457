import { CircleAlert, CircleCheck, CornerDownRight, Info, TriangleAlert, Wrench, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem, Severity } from "../api";
import { Button, EmptyState, IconButton, Prose, useBot, useOpenBot } from "../components";
import { titleOf, type Way, wayOut } from "../flow";
import { many, t } from "../words";

const MARKS: Record<Severity, () => ReactNode> = {
  error: () => <CircleAlert size={14} className="mt-0.5 shrink-0 text-error" aria-label={t("Error")} />,
  warning: () => <TriangleAlert size={14} className="mt-0.5 shrink-0 text-warning" aria-label={t("Warning")} />,
  hint: () => <Info size={14} className="mt-0.5 shrink-0 text-ink-3" aria-label={t("Hint")} />,
};

/** What is wrong with the bot, by file. A click goes there; a fix is one button. */
export function Problems({ onClose }: { onClose(): void }) {
  const trouble = useBot((bot) => bot.mirror.trouble);
  const bot = useOpenBot();
  const linked = useBot((bot) => bot.linked);
  const { error, warning, hint } = trouble.total;
  return (
    <section aria-label={t("Problems")} className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-9 shrink-0 items-center gap-3 border-b border-line pr-2 pl-3">
        <h2 className="text-sm font-semibold">{t("Problems")}</h2>
        <p className="text-xs text-ink-3">{summary(error, warning, hint)}</p>
        <IconButton small icon={X} label={t("Hide problems")} keys="Mod+J" className="ml-auto" onClick={onClose} />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto py-1">
        {trouble.problems.length === 0 && (
          <EmptyState icon={CircleCheck} title={t("No problems")} text={t("Every node is connected and complete.")} />
        )}
        {trouble.grouped().map(([file, problems]) => (
          <section key={file} aria-label={file} className="pb-1">
            <h3 className="sticky top-0 bg-panel px-3 py-1 text-xs font-medium text-ink-3">
              {bot.mirror.flows.get(file)?.name ?? file} <span className="font-normal">· {problems.length}</span>
            </h3>
            {problems.map((problem, at) => (
              <ProblemRow
                key={`${problem.code} ${problem.at.node ?? ""} ${at.toString()}`}
                problem={problem}
                editable={linked}
              />
            ))}
          </section>
        ))}
      </div>
    </section>
  );
}

function ProblemRow({ problem, editable }: { problem: Problem; editable: boolean }) {
  const bot = useOpenBot();
  const { fix, at } = problem;
  const node = at.node ? bot.mirror.flows.get(at.file)?.nodes.get(at.node) : undefined;
  const go = () => {
    if (at.node && node) bot.view.go(at.file, at.node, at.field);
    else if (bot.mirror.flows.has(at.file)) bot.view.show(at.file);
    else if (bot.mirror.files.includes(at.file)) bot.view.showFile(at.file);
  };
  const way = fix ? undefined : wayOut(bot, problem);
  const take = async (way: Way) => {
    if (way.is === "go") return go();
    if (!(await bot.change(WAYS[way.is](), way.edits))) return;
    if (way.select !== undefined) bot.view.go(at.file, way.select);
  };
  return (
    <div className="group mx-1.5 flex items-start rounded-md hover:bg-hover" data-problem={problem.code}>
      <button
        type="button"
        onClick={go}
        className="flex min-w-0 flex-1 items-start gap-2 rounded-md px-2 py-1 text-left"
      >
        {MARKS[problem.severity]()}
        <span className="min-w-0 flex-1 text-sm">
          {node && <span className="font-medium">{titleOf(node, bot.kinds.get(node.kind))}: </span>}
          <Prose text={problem.message} />{" "}
          <span className="text-ink-3">
            <Prose text={problem.help} />
          </span>
          {!node && at.line !== undefined && at.line !== null && <span className="text-ink-3"> Line {at.line}.</span>}
        </span>
      </button>
      {!fix && way && (
        <Button
          icon={way.is === "go" ? CornerDownRight : Wrench}
          className="m-0.5 h-6!"
          disabled={!editable}
          onClick={() => take(way)}
        >
          {WAYS[way.is]()}
        </Button>
      )}
      {fix && (
        <Button
          icon={Wrench}
          className="m-0.5 h-6!"
          disabled={!editable}
          onClick={() => bot.change(fix.label, fix.change.edits)}
        >
          {fix.label}
        </Button>
      )}
    </div>
  );
}

const WAYS: Record<Way["is"], () => string> = {
  reply: () => t("Add a reply"),
  trigger: () => t("Add a command that starts it"),
  flow: () => t("Make that flow"),
  go: () => t("Go there"),
};

function summary(error: number, warning: number, hint: number): string {
  return [
    error > 0 && many(error, "{n} error", "{n} errors"),
    warning > 0 && many(warning, "{n} warning", "{n} warnings"),
    hint > 0 && many(hint, "{n} hint", "{n} hints"),
  ]
    .filter(Boolean)
    .join(", ");
}
