import { Button, cx, Kbd, Popover, useRun } from "../components";
import { Run, STANDING } from "../panels";
import { t } from "../words";

const WORDS = {
  stopped: () => t("Run"),
  connecting: () => t("Connecting"),
  running: () => t("Running"),
  stopping: () => t("Stopping"),
  trouble: () => t("Needs attention"),
} as const;

/** How the bot runs, in the toolbar; all about it in what it opens. */
export function RunButton(props: {
  open: boolean;
  onOpenChange(open: boolean): void;
  narrow: boolean;
  onPublish(): void;
  onProblems(): void;
}) {
  const standing = useRun((run) => run.standing);
  const changed = useRun((run) => run.changed);
  const { icon: Icon, ink } = STANDING[standing];
  const turns = standing === "connecting" || standing === "stopping";
  const leave = (then: () => void) => () => {
    props.onOpenChange(false);
    then();
  };
  return (
    <Popover
      open={props.open}
      onOpenChange={props.onOpenChange}
      label={t("Run the bot")}
      align="end"
      wide
      trigger={
        <Button
          className="mr-1"
          data-testid="run"
          data-state={standing}
          aria-label={`${t("Run the bot")}: ${WORDS[standing]().toLowerCase()}${changed ? t(", changed since") : ""}`}
          title={t("Run the bot")}
        >
          <Icon size={14} aria-hidden className={cx(ink, turns && "animate-spin")} />
          {(!props.narrow || standing === "stopped") && WORDS[standing]()}
          {changed && <span className="size-1.5 rounded-full bg-warning" aria-hidden />}
          {standing === "stopped" && !props.narrow && <Kbd keys="Mod+Enter" />}
        </Button>
      }
    >
      <Run onPublish={props.onPublish} onProblems={leave(props.onProblems)} onLeave={leave(() => {})} />
    </Popover>
  );
}
