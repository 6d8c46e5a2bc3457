import { useQuery } from "@tanstack/react-query";
import { Bot, ChevronRight, CornerLeftUp, Folder } from "lucide-react";
import { useState } from "react";
import { type Api, Failure } from "../api";
import { Badge, Banner, Button, Dialog, EmptyState, Field, TextInput } from "../components";
import { t } from "../words";

/** Walks the folders of the machine the studio runs on: to open a bot, or to say where a new one goes. */
export function Folders(props: {
  api: Api;
  purpose: "open" | "create" | undefined;
  busy: boolean;
  onOpen(root: string): void;
  onCreate(folder: string, name: string): void;
  onClose(): void;
}) {
  const { api, purpose } = props;
  const [path, setPath] = useState<string | undefined>(undefined);
  const [name, setName] = useState("");
  const list = useQuery({
    queryKey: ["folder", path],
    queryFn: () => api.rpc("folder.list", path === undefined ? {} : { path }),
    enabled: purpose !== undefined,
    placeholderData: (before) => before,
    retry: false,
  });
  const here = list.data;
  const failure = list.error ? Failure.from(list.error) : undefined;
  const create = purpose === "create";
  const ready = create ? name.trim() !== "" && here !== undefined : here?.bot === true;
  const done = () => {
    if (!here || !ready || props.busy) return;
    if (create) props.onCreate(here.path, name.trim());
    else props.onOpen(here.path);
  };
  return (
    <Dialog open={purpose !== undefined} onClose={props.onClose} title={create ? t("New bot") : t("Open a bot")}>
      {create && (
        <div className="px-4 pb-3">
          <Field label={t("Name")} for="bot-name">
            <TextInput
              id="bot-name"
              autoFocus
              value={name}
              placeholder={t("Pizza orders")}
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => event.key === "Enter" && done()}
            />
          </Field>
        </div>
      )}
      <p className="px-4 pb-1.5 text-sm font-medium text-ink-2">{create ? t("In this folder") : t("Folder")}</p>
      <Crumbs path={here?.path ?? path ?? ""} onPath={setPath} />
      {failure && <Banner tone="error" title={failure.message} text={failure.hint} />}
      <div className="h-72 min-h-0 overflow-y-auto border-y border-line p-1.5">
        {here?.parent && (
          <Row
            icon={<CornerLeftUp size={14} className="text-ink-3" aria-hidden />}
            label={t("Up one folder")}
            onOpen={() => setPath(here.parent ?? undefined)}
          />
        )}
        {here?.entries.map((entry) => (
          <Row
            key={entry.path}
            icon={
              entry.bot ? (
                <Bot size={14} className="text-accent-ink" aria-hidden />
              ) : (
                <Folder size={14} className="text-ink-3" aria-hidden />
              )
            }
            label={entry.name}
            bot={entry.bot}
            onOpen={() => (entry.bot && !create ? props.onOpen(entry.path) : setPath(entry.path))}
          />
        ))}
        {here && here.entries.length === 0 && !here.bot && <EmptyState title={t("No folders in here")} />}
        {here?.bot && !create && (
          <EmptyState icon={Bot} title={t("This folder is a bot")} text={t("Open it to see its flows.")} />
        )}
      </div>
      <footer className="flex shrink-0 items-center gap-2 px-4 py-3">
        <span className="flex-1" />
        <Button onClick={props.onClose}>{t("Cancel")}</Button>
        <Button tone="primary" disabled={!ready || props.busy} onClick={done}>
          {create ? t("Create bot") : t("Open")}
        </Button>
      </footer>
    </Dialog>
  );
}

function Row(props: { icon: React.ReactNode; label: string; bot?: boolean; onOpen(): void }) {
  return (
    <button
      type="button"
      onClick={props.onOpen}
      className="flex h-7 w-full items-center gap-2.5 rounded-md px-2 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
    >
      {props.icon}
      <span className="min-w-0 flex-1 truncate">{props.label}</span>
      {props.bot ? (
        <Badge tone="accent">{t("Bot")}</Badge>
      ) : (
        <ChevronRight size={13} className="text-ink-3" aria-hidden />
      )}
    </button>
  );
}

function Crumbs({ path, onPath }: { path: string; onPath(path: string): void }) {
  const separator = path.includes("\\") ? "\\" : "/";
  const parts = path.split(separator).filter(Boolean);
  const shown = parts.slice(-4);
  return (
    <div className="flex h-7 items-center gap-0.5 overflow-hidden px-3 pb-1.5 text-sm text-ink-2">
      {parts.length > shown.length && <span className="px-1 text-ink-3">…</span>}
      {shown.map((part, at) => {
        const full =
          (separator === "/" ? "/" : "") + parts.slice(0, parts.length - shown.length + at + 1).join(separator);
        return (
          <span key={full} className="flex min-w-0 items-center gap-0.5">
            {(at > 0 || separator === "/") && <span className="text-ink-3">{separator}</span>}
            <button
              type="button"
              className="truncate rounded px-1 hover:bg-hover hover:text-ink"
              onClick={() => onPath(full)}
            >
              {part}
            </button>
          </span>
        );
      })}
    </div>
  );
}
