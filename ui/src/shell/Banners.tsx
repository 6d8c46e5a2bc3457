import { Banner, Button, toast, useBot, useOpenBot } from "../components";
import { Clashes } from "../panels";

/** What stands between the person and their work, worst first. */
export function Banners() {
  const bot = useOpenBot();
  const linked = useBot((bot) => bot.linked);
  const save = useBot((bot) => bot.mirror.save);
  const path = useBot((bot) => bot.flow?.path);
  const readOnly = useBot((bot) => bot.flow?.readOnly);
  const repair = async () => {
    const kept = path && (await bot.repair(path));
    if (kept) toast("The flow can be edited again.", `The original is kept as ${kept}.`);
  };
  return (
    <>
      {!linked && (
        <Banner
          tone="warning"
          title="Reconnecting…"
          text="The studio does not answer. Editing is paused; nothing is lost."
        />
      )}
      {linked && save.state === "failed" && (
        <Banner tone="error" title={`Not saved: ${save.message}`} text={save.hint}>
          <Button onClick={() => bot.save()}>Try again</Button>
        </Banner>
      )}
      <Clashes />
      {readOnly !== undefined && (
        <Banner tone="warning" title="This flow is read-only." text={readOnly}>
          <Button disabled={!linked} onClick={repair}>
            Repair
          </Button>
        </Banner>
      )}
    </>
  );
}
