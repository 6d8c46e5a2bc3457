import { Banner, Button, toast, useBot, useOpenBot } from "../components";
import { Clashes } from "../panels";
import { t } from "../words";

/** What stands between the person and their work, worst first. */
export function Banners() {
  const bot = useOpenBot();
  const linked = useBot((bot) => bot.linked);
  const save = useBot((bot) => bot.mirror.save);
  const path = useBot((bot) => bot.flow?.path);
  const readOnly = useBot((bot) => bot.flow?.readOnly);
  const repair = async () => {
    const kept = path && (await bot.repair(path));
    if (kept) toast(t("The flow can be edited again."), t("The original is kept as {file}.", { file: kept }));
  };
  return (
    <>
      {!linked && (
        <Banner
          tone="warning"
          title={t("Reconnecting…")}
          text={t("The studio does not answer. Editing is paused; nothing is lost.")}
        />
      )}
      {linked && save.state === "failed" && (
        <Banner tone="error" title={t("Not saved: {why}", { why: save.message })} text={save.hint}>
          <Button onClick={() => bot.save()}>{t("Try again")}</Button>
        </Banner>
      )}
      <Clashes />
      {readOnly !== undefined && (
        <Banner tone="warning" title={t("This flow is read-only.")} text={readOnly}>
          <Button disabled={!linked} onClick={repair}>
            {t("Repair")}
          </Button>
        </Banner>
      )}
    </>
  );
}
