import { useEffect, useState } from "react";
import { type Api, Failure, type Settings, type Update } from "../../api";
import { toast } from "../../components";

/** Newer versions of the program, as the studio knows them, and what the person chose about them. */
export type Updates = {
  update: Update;
  look: boolean;
  setLook(look: boolean): void;
  check(): void;
  install(): void;
  stop(): void;
};

/** `here`: the host can replace its program. Where it cannot, nobody is asked and there is nothing to show. */
export function useUpdates(api: Api, here: boolean): Updates | undefined {
  const [update, setUpdate] = useState<Update | undefined>(undefined);
  const [settings, setSettings] = useState<Settings | undefined>(undefined);

  useEffect(() => {
    if (!here) return;
    // An answer that was overtaken by an event is old.
    let heard = 0;
    const stop = api.listen({
      event: (event) => {
        if (event.type !== "update") return;
        heard += 1;
        setUpdate(event.update);
      },
      link: (up) => {
        if (!up) return;
        const asked = heard;
        api.rpc("updates.get", {}).then((update) => heard === asked && setUpdate(update), tell);
        api.rpc("settings.get", {}).then(setSettings, tell);
      },
    });
    return stop;
  }, [api, here]);

  if (!update || !settings) return undefined;
  return {
    update,
    look: settings.look_for_updates,
    setLook: (look) => api.rpc("settings.set", { ...settings, look_for_updates: look }).then(setSettings, tell),
    // What comes of these is told by events.
    check: () => api.rpc("updates.check", {}).catch(tell),
    install: () => api.rpc("updates.install", {}).catch(tell),
    stop: () => api.rpc("updates.stop", {}).catch(tell),
  };
}

/** The version that waits for the person, for a mark where they work. */
export function available(updates: Updates | undefined): string | undefined {
  return updates?.update.state === "found" ? updates.update.release.version : undefined;
}

function tell(thrown: unknown): void {
  const { message, hint } = Failure.from(thrown);
  toast(message, hint, "error");
}
