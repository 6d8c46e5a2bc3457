import { useEffect, useState } from "react";
import { type Api, Failure, type Update } from "../../api";
import { type Chosen, toast } from "../../components";

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
export function useUpdates(api: Api, here: boolean, chosen: Chosen | undefined): Updates | undefined {
  const [update, setUpdate] = useState<Update | undefined>(undefined);

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
      },
    });
    return stop;
  }, [api, here]);

  if (!update || !chosen) return undefined;
  return {
    update,
    look: chosen.settings.look_for_updates,
    setLook: (look) => chosen.choose({ look_for_updates: look }),
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
