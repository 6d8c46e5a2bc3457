import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Host } from "./host";

export function tauriHost(): Host {
  return {
    form: "window",
    call: (name, payload) => invoke("rpc", { name, payload }),
    listen(listener) {
      let stop: (() => void) | undefined;
      let stopped = false;
      listen("studio", (event) => listener.event(event.payload)).then((unlisten) => {
        if (stopped) return unlisten();
        stop = unlisten;
        listener.link(true);
      });
      return () => {
        stopped = true;
        stop?.();
      };
    },
  };
}
