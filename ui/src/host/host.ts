/** The one seam between the UI and whatever runs it. Everything else is ignorant of Tauri and of HTTP. */
export interface Host {
  readonly form: "window" | "browser";
  /** Resolves with the reply, rejects with `{ code, message, hint? }` or, when nobody answers, `{ code: "offline", … }`. */
  call(name: string, payload: object): Promise<unknown>;
  /** Hears every event of the studio until the returned function is called. */
  listen(listener: HostListener): () => void;
}

export interface HostListener {
  event(message: unknown): void;
  /** The stream was opened (also again, after a loss) or lost. */
  link(up: boolean): void;
}
