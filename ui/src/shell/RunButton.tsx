import { Button, cx, Kbd, Popover, useRun } from "../components";
import { Run, STANDING } from "../panels";

const WORDS = {
  stopped: "Run",
  connecting: "Connecting",
  running: "Running",
  stopping: "Stopping",
  trouble: "Needs attention",
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
      label="Run the bot"
      align="end"
      wide
      trigger={
        <Button
          className="mr-1"
          data-testid="run"
          data-state={standing}
          aria-label={`Run the bot: ${WORDS[standing].toLowerCase()}${changed ? ", changed since" : ""}`}
          title="Run the bot"
        >
          <Icon size={14} aria-hidden className={cx(ink, turns && "animate-spin")} />
          {(!props.narrow || standing === "stopped") && WORDS[standing]}
          {changed && <span className="size-1.5 rounded-full bg-warning" aria-hidden />}
          {standing === "stopped" && !props.narrow && <Kbd keys="Mod+Enter" className="opacity-80" />}
        </Button>
      }
    >
      <Run onPublish={props.onPublish} onProblems={leave(props.onProblems)} onLeave={leave(() => {})} />
    </Popover>
  );
}
