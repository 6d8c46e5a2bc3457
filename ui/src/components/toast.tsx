import { CircleAlert, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { t } from "../words";
import { IconButton } from "./controls";

type Toast = { id: number; title: string; text?: string | undefined; tone: "error" | "plain" };

let toasts: readonly Toast[] = [];
let next = 1;
const watchers = new Set<() => void>();

function put(list: readonly Toast[]) {
  toasts = list;
  for (const watcher of watchers) watcher();
}

const drop = (id: number) => put(toasts.filter((toast) => toast.id !== id));

/** Says something in passing. Errors stay longer, the same sentence never stands twice. */
export function toast(title: string, text?: string, tone: Toast["tone"] = "plain"): void {
  const id = next++;
  put([...toasts.filter((other) => other.title !== title).slice(-2), { id, title, text, tone }]);
  setTimeout(() => drop(id), tone === "error" ? 9000 : 4000);
}

export function Toasts() {
  const list = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => toasts,
  );
  return (
    <div
      role="log"
      aria-label={t("Messages")}
      className="pointer-events-none fixed bottom-10 left-1/2 z-50 flex -translate-x-1/2 flex-col items-center gap-2"
    >
      {list.map((one) => (
        <div
          key={one.id}
          className="float-in pointer-events-auto flex max-w-120 items-start gap-2 rounded-lg bg-raised py-2 pr-1.5 pl-3 shadow-float"
        >
          {one.tone === "error" && <CircleAlert size={15} className="mt-0.5 shrink-0 text-error" aria-hidden />}
          <p className="min-w-0 text-sm">
            <span className="font-medium">{one.title}</span>
            {one.text && <span className="text-ink-2"> {one.text}</span>}
          </p>
          <IconButton small icon={X} label={t("Dismiss")} className="-my-0.5" onClick={() => drop(one.id)} />
        </div>
      ))}
    </div>
  );
}
