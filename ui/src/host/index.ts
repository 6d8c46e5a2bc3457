import type { Host } from "./host";
import { httpHost } from "./http";

export type { Host, HostListener } from "./host";

/** The host this page runs in. The token leaves the address bar's history with the tab and is kept for reloads. */
export async function findHost(): Promise<Host> {
  if ("__TAURI_INTERNALS__" in window) return (await import("./tauri")).tauriHost();
  return httpHost(location.hash.slice(1));
}
