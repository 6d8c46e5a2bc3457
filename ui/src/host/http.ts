import type { Host, HostListener } from "./host";
import { messages } from "./stream";

const OFFLINE = {
  code: "offline",
  message: "The studio does not answer.",
  hint: "Check that it still runs in your terminal.",
};

const SHORTEST_WAIT = 250;
const LONGEST_WAIT = 3000;

export function httpHost(token: string): Host {
  const authorization = `Bearer ${token}`;
  return {
    form: "browser",
    async call(name, payload) {
      const response = await fetch(`/rpc/${name}`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(payload),
      }).catch(() => Promise.reject(OFFLINE));
      const reply: unknown = await response.json().catch(() => undefined);
      if (response.ok) return reply;
      if (reply && typeof reply === "object" && "code" in reply) throw reply;
      if (response.status === 401 || response.status === 403)
        throw {
          code: "refused",
          message: "This page may not talk to the studio.",
          hint: "Open the whole address the studio printed, with the part after #.",
        };
      throw { code: "internal", message: `The studio answered with status ${response.status}.` };
    },
    listen(listener) {
      const stop = new AbortController();
      stream(authorization, listener, stop.signal);
      return () => stop.abort();
    },
  };
}

async function stream(authorization: string, listener: HostListener, signal: AbortSignal): Promise<void> {
  let wait = SHORTEST_WAIT;
  while (!signal.aborted) {
    try {
      const response = await fetch("/events", { headers: { authorization, accept: "text/event-stream" }, signal });
      if (!response.ok || !response.body) throw new Error(String(response.status));
      wait = SHORTEST_WAIT;
      listener.link(true);
      const read = messages((data) => listener.event(JSON.parse(data)));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        read(value);
      }
    } catch {
      // Whatever ended the stream, the answer is the same: say so and try again.
    }
    if (signal.aborted) return;
    listener.link(false);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}
