import { File, FileLock2, MoreHorizontal, Pencil, Plus, SearchCode, Trash2, Workflow } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import {
  Badge,
  cx,
  EmptyState,
  IconButton,
  Menu,
  type MenuItem,
  PanelHead,
  useBot,
  useOpenBot,
  useShows,
} from "../components";
import { newFlow } from "../flow";
import { many, t } from "../words";

/** The bot's flows and its other files. */
export function Explorer() {
  const bot = useOpenBot();
  const revision = useBot((bot) => bot.mirror.revision);
  const current = useBot((bot) => bot.view.flow);
  const file = useBot((bot) => bot.view.file);
  const linked = useBot((bot) => bot.linked);
  useBot((bot) => bot.mirror.trouble);
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<string | undefined>(undefined);
  const { technical, files: showsFiles } = useShows();
  const tree = useRef<HTMLDivElement>(null);
  const flows = [...bot.mirror.flows.values()];
  const { files } = bot.mirror;

  const add = async (name: string) => {
    setAdding(false);
    if (!name) return;
    const { path, value } = newFlow(
      name,
      bot.mirror.flows.keys(),
      flows.map((flow) => flow.id),
    );
    if (await bot.change(t("Add flow"), [{ op: "flow", flow: path, value }])) bot.view.show(path);
  };
  const rename = (path: string, name: string) => {
    setRenaming(undefined);
    if (name && name !== bot.mirror.flows.get(path)?.name)
      bot.change(t("Rename flow"), [{ op: "flow_prop", flow: path, prop: "name", value: name }]);
  };
  const remove = (path: string) => bot.change(t("Delete flow"), [{ op: "flow", flow: path }]);

  const onKeyDown = (event: KeyboardEvent) => {
    const rows = [...(tree.current?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const path = rows[at]?.dataset.path;
    if (at < 0 || (event.target as HTMLElement).tagName === "INPUT") return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) rows[to]?.focus();
    else if (event.key === "Enter" || event.key === " ") rows[at]?.click();
    else if (event.key === "F2" && path && bot.mirror.flows.has(path)) setRenaming(path);
    else if (event.key === "Delete" && path && bot.mirror.flows.has(path)) remove(path);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <nav aria-label={t("Explorer")} className="flex min-h-0 flex-1 flex-col" data-revision={revision}>
      <PanelHead title={t("Flows")}>
        <IconButton small icon={Plus} label={t("Add flow")} disabled={!linked} onClick={() => setAdding(true)} />
      </PanelHead>
      <div
        ref={tree}
        role="tree"
        aria-label={t("Flows and files")}
        className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-3"
        onKeyDown={onKeyDown}
      >
        {flows.map((flow) => {
          const problems = bot.mirror.trouble.ofFile(flow.path).filter((problem) => problem.severity !== "hint");
          const errors = problems.filter((problem) => problem.severity === "error").length;
          if (renaming === flow.path)
            return (
              <NameInput
                key={flow.path}
                label={t("Flow name")}
                initial={flow.name}
                onDone={(name) => rename(flow.path, name)}
                onCancel={() => setRenaming(undefined)}
              />
            );
          if (renaming === `${flow.path} id`)
            return (
              <NameInput
                key={flow.path}
                label={t("Flow id")}
                initial={flow.id}
                onDone={(to) => {
                  setRenaming(undefined);
                  if (to && to !== flow.id) bot.act(t("Change flow id"), { act: "rename_flow", flow: flow.path, to });
                }}
                onCancel={() => setRenaming(undefined)}
              />
            );
          return (
            <Row
              key={flow.path}
              path={flow.path}
              on={flow.path === current && file === undefined}
              first={flow.path === (current ?? flows[0]?.path)}
              icon={flow.readOnly ? <FileLock2 size={14} aria-hidden /> : <Workflow size={14} aria-hidden />}
              label={flow.name || flow.id}
              onOpen={() => bot.view.show(flow.path)}
              onRename={() => !flow.readOnly && setRenaming(flow.path)}
              aside={
                <>
                  {problems.length > 0 && (
                    <Badge
                      tone={errors > 0 ? "error" : "warning"}
                      label={many(problems.length, "{n} problem", "{n} problems")}
                    >
                      {problems.length}
                    </Badge>
                  )}
                  <Menu
                    items={[
                      {
                        kind: "item",
                        label: t("Rename"),
                        icon: Pencil,
                        keys: "F2",
                        disabled: !linked || flow.readOnly !== undefined,
                        run: () => setRenaming(flow.path),
                      },
                      {
                        kind: "item",
                        label: t("Find uses"),
                        icon: SearchCode,
                        run: () => bot.view.usesOf({ is: "flow", id: flow.id }),
                      },
                      ...(showsFiles
                        ? ([
                            {
                              kind: "item",
                              label: t("Change the id everywhere"),
                              disabled: !linked || flow.readOnly !== undefined,
                              run: () => setRenaming(`${flow.path} id`),
                            },
                            {
                              kind: "item",
                              label: t("Show the file"),
                              icon: File,
                              run: () => bot.view.showFile(flow.path),
                            },
                          ] satisfies MenuItem[])
                        : []),
                      { kind: "line" },
                      {
                        kind: "item",
                        label: t("Delete flow"),
                        icon: Trash2,
                        keys: "Delete",
                        danger: true,
                        disabled: !linked,
                        run: () => remove(flow.path),
                      },
                    ]}
                  >
                    <button
                      type="button"
                      tabIndex={-1}
                      aria-label={t("More for {name}", { name: flow.name })}
                      className="flex size-6 items-center justify-center rounded absolute right-1 bg-panel opacity-0 group-hover:opacity-100 hover:bg-press focus-visible:opacity-100 data-[state=open]:opacity-100"
                      onClick={(event) => event.stopPropagation()}
                    >
                      <MoreHorizontal size={14} aria-hidden />
                    </button>
                  </Menu>
                </>
              }
            />
          );
        })}
        {adding && <NameInput label={t("New flow's name")} initial="" onDone={add} onCancel={() => setAdding(false)} />}
        {flows.length === 0 && !adding && (
          <EmptyState title={t("No flows yet")} text={t("Add one with the plus above.")} />
        )}
        {technical && files.length > 0 && (
          // biome-ignore lint/a11y/useSemanticElements: a part of a tree
          <div role="group" aria-label={t("Files")}>
            <p className="px-1.5 pt-4 pb-1.5 text-xs font-semibold text-ink-3" aria-hidden>
              {t("Files")}
            </p>
            {files.map((path) => (
              <Row
                key={path}
                path={path}
                on={path === file}
                first={false}
                icon={<File size={14} aria-hidden />}
                label={path}
                onOpen={() => bot.view.showFile(path)}
                onRename={() => {}}
              />
            ))}
          </div>
        )}
      </div>
    </nav>
  );
}

function Row(props: {
  path: string;
  label: string;
  icon: ReactNode;
  on: boolean;
  first: boolean;
  aside?: ReactNode;
  onOpen(): void;
  onRename(): void;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it hears the keys
    <div
      role="treeitem"
      aria-selected={props.on}
      tabIndex={props.on || props.first ? 0 : -1}
      data-path={props.path}
      title={props.path}
      // What is clicked in the row's menu is no click on the row.
      onClick={(event) => event.currentTarget.contains(event.target as Node) && props.onOpen()}
      onDoubleClick={props.onRename}
      className={cx(
        "group relative flex h-7 items-center gap-2 rounded-md pr-1 pl-1.5 text-sm focus-visible:-outline-offset-2",
        props.on
          ? "bg-accent-soft font-medium text-ink [&>svg]:text-accent-ink"
          : "text-ink-2 hover:bg-hover [&>svg]:text-ink-3",
      )}
    >
      {props.icon}
      <span className="min-w-0 flex-1 truncate">{props.label}</span>
      {props.aside}
    </div>
  );
}

function NameInput(props: { label: string; initial: string; onDone(name: string): void; onCancel(): void }) {
  const [text, setText] = useState(props.initial);
  const done = useRef(false);
  const finish = (keep: boolean) => {
    if (done.current) return;
    done.current = true;
    if (keep) props.onDone(text.trim());
    else props.onCancel();
  };
  return (
    <div className="flex h-7 items-center gap-2 rounded-md pr-1 pl-1.5">
      <Workflow size={14} className="shrink-0 text-ink-3" aria-hidden />
      <input
        aria-label={props.label}
        placeholder={t("Name")}
        value={text}
        // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter") finish(true);
          if (event.key === "Escape") finish(false);
        }}
        className="-ml-1 h-6 min-w-0 flex-1 rounded border border-accent bg-raised px-1 text-sm"
      />
    </div>
  );
}
