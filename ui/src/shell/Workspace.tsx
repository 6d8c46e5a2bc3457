import { useCallback, useEffect, useRef, useState } from "react";
import type { Descriptor } from "../api";
import { addKind, Canvas, type CanvasHandle, type Wanted } from "../canvas";
import { MenuAt, type MenuItem, Splitter, useBot, useOpenBot, useRemembered, useSettings } from "../components";
import { type Point, wireEnds, wireOf } from "../flow";
import { FileView, Inspector, Join, Palette, Problems, Publish } from "../panels";
import { t } from "../words";
import { Announcer } from "./Announcer";
import { type Action, actionsOf, freePort, remove } from "./actions";
import { Banners } from "./Banners";
import { CommandPalette } from "./CommandPalette";
import { duplicate } from "./clipboard";
import { FindBar } from "./find/FindBar";
import { focusCanvas, useClipboard, useKeys } from "./keyboard";
import { KeySheet } from "./keys/KeySheet";
import { withKeys } from "./keys/keys";
import { RenameVariable, type Variable } from "./RenameVariable";
import { RunButton } from "./RunButton";
import { type Side, SideBar } from "./SideBar";
import { StatusBar } from "./StatusBar";
import { Toolbar } from "./Toolbar";
import type { Theme } from "./theme";

const SIZES = { explorer: 240, inspector: 320, problems: 220 };
const NARROW = 1000;

type Props = {
  dark: boolean;
  theme: Theme;
  setTheme(theme: Theme): void;
  newer: string | undefined;
  onSettings(): void;
  onClose(): void;
};

export function Workspace(props: Props) {
  const bot = useOpenBot();
  const file = useBot((bot) => bot.view.file);
  const name = useBot((bot) => bot.mirror.name);
  const [open, setOpen] = useRemembered("panels.open", { explorer: true, inspector: true, problems: false });
  const [sizes, setSizes] = useRemembered("panels.sizes", SIZES);
  const [wanted, setWanted] = useState<(Wanted & { pointed: boolean }) | undefined>(undefined);
  const [menu, setMenu] = useState<{ at: Point; wanted: Wanted } | undefined>(undefined);
  const [commands, setCommands] = useState(false);
  const [runs, setRuns] = useState(false);
  const [publish, setPublish] = useState(false);
  const [side, setSide] = useRemembered<Side>("side", "flows");
  const [find, setFind] = useState(0);
  const [sheet, setSheet] = useState(false);
  const flow = useBot((bot) => bot.flow);
  const [joining, setJoining] = useState<string | undefined>(undefined);
  const [renaming, setRenaming] = useState<{ of: Variable | undefined } | undefined>(undefined);
  const before = useRef<Element>(null);
  const { settings, choose } = useSettings();
  const canvas = useRef<CanvasHandle>(undefined);
  const width = useWindowWidth();

  useEffect(() => {
    document.title = `${name} – Nexus Bots`;
    return () => {
      document.title = "Nexus Bots";
    };
  }, [name]);

  const showSide = (next: Side) => {
    if (!open.explorer) setOpen({ ...open, explorer: true });
    setSide(next);
    requestAnimationFrame(() => requestAnimationFrame(() => focusSide(next)));
  };
  // What was asked in between gives the focus back to where it was.
  const join = (id: string) => {
    before.current = document.activeElement;
    setJoining(id);
  };
  const goOn = () => {
    setJoining(undefined);
    setRenaming(undefined);
    requestAnimationFrame(() => {
      if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
      else focusCanvas();
    });
  };
  const usual = (): Action[] =>
    actionsOf({
      bot,
      canvas: canvas.current,
      toggle: (panel) => setOpen({ ...open, [panel]: !open[panel] }),
      show: (panel) => !open[panel] && setOpen({ ...open, [panel]: true }),
      palette: () => {
        const spot = canvas.current?.spot();
        const from = freePort(bot);
        const only = bot.view.wires.size === 1 ? wireEnds([...bot.view.wires][0] as string) : undefined;
        const into = only && bot.flow && wireOf(bot.flow, only.source, only.port);
        if (spot) setWanted({ ...spot, ...(into ? { into } : from ? { from } : {}), pointed: false });
      },
      commands: () => setCommands(true),
      runs: () => setRuns(!runs),
      publish: () => {
        setRuns(false);
        setPublish(true);
      },
      settings: props.onSettings,
      find: () => setFind((call) => call + 1),
      side: showSide,
      sheet: () => setSheet(true),
      join,
      renameVariable: (of) => {
        before.current = document.activeElement;
        setRenaming({ of });
      },
      setTheme: props.setTheme,
      setMode: (mode) => choose({ mode }),
      close: props.onClose,
    });
  const actions = (): Action[] => withKeys(usual(), settings.keys);
  useKeys(actions);
  useClipboard(bot, canvas);

  const onReady = useCallback((handle: CanvasHandle | undefined) => {
    canvas.current = handle;
  }, []);
  const onWant = useCallback((wanted: Wanted) => setWanted({ ...wanted, pointed: true }), []);
  const closePalette = useCallback(() => setWanted(undefined), []);

  const onPick = async (kind: Descriptor) => {
    const want = wanted;
    setWanted(undefined);
    focusCanvas();
    if (want) await addKind(bot, kind, want);
  };

  const size = (panel: keyof typeof SIZES) => (value: number) => setSizes({ ...sizes, [panel]: value });
  const explorer = Math.min(sizes.explorer, Math.round(width * 0.24));
  const inspector = Math.min(sizes.inspector, Math.round(width * 0.36));

  return (
    <div className="flex h-full flex-col">
      <Toolbar
        actions={actions}
        open={open}
        theme={props.theme}
        newer={props.newer}
        narrow={width < NARROW}
        run={
          <RunButton
            open={runs}
            onOpenChange={setRuns}
            narrow={width < NARROW}
            onPublish={() =>
              actions()
                .find((action) => action.id === "publish")
                ?.run()
            }
            onProblems={() => setOpen({ ...open, problems: true })}
          />
        }
      />
      <div className="flex min-h-0 flex-1">
        {open.explorer && (
          <>
            <aside style={{ width: explorer }} className="flex shrink-0 flex-col bg-panel" data-panel="explorer">
              <SideBar
                side={side}
                onSide={setSide}
                onJoin={join}
                onEdit={() =>
                  actions()
                    .find((action) => action.id === "edit")
                    ?.run()
                }
              />
            </aside>
            <Splitter
              label={t("Explorer width")}
              size={explorer}
              least={160}
              most={480}
              grows="right"
              onSize={size("explorer")}
              onReset={() => size("explorer")(SIZES.explorer)}
            />
          </>
        )}
        <div className="flex min-w-0 flex-1 flex-col">
          <Banners />
          <main className="relative flex min-h-0 flex-1 flex-col">
            {find > 0 && file === undefined && <FindBar call={find} onClose={() => setFind(0)} />}
            {file === undefined ? (
              <Canvas
                dark={props.dark}
                onWant={onWant}
                onMenu={(at, wanted) => setMenu({ at, wanted })}
                onReady={onReady}
              />
            ) : (
              <FileView key={file} path={file} />
            )}
          </main>
          {open.problems && (
            <>
              <Splitter
                label={t("Problems height")}
                size={sizes.problems}
                least={96}
                most={480}
                grows="up"
                onSize={size("problems")}
                onReset={() => size("problems")(SIZES.problems)}
              />
              <div
                style={{ height: sizes.problems }}
                className="flex max-h-[50vh] shrink-0 flex-col bg-panel"
                data-panel="problems"
              >
                <Problems onClose={() => setOpen({ ...open, problems: false })} />
              </div>
            </>
          )}
        </div>
        {open.inspector && file === undefined && (
          <>
            <Splitter
              label={t("Inspector width")}
              size={inspector}
              least={240}
              most={560}
              grows="left"
              onSize={size("inspector")}
              onReset={() => size("inspector")(SIZES.inspector)}
            />
            <aside
              style={{ width: inspector }}
              className="flex shrink-0 flex-col bg-panel"
              aria-label={t("Inspector")}
              data-panel="inspector"
            >
              <Inspector
                onDuplicate={() => duplicate(bot)}
                onDelete={() => remove(bot, false)}
                onSecrets={() => setRuns(true)}
              />
            </aside>
          </>
        )}
      </div>
      <StatusBar onProblems={() => setOpen({ ...open, problems: !open.problems })} />
      {wanted && (
        <Palette at={wanted.screen} from={wanted.from} into={wanted.into} onPick={onPick} onClose={closePalette} />
      )}
      <MenuAt
        at={menu?.at}
        items={menu ? menuItems(actions(), () => onWant(menu.wanted)) : []}
        onClose={() => setMenu(undefined)}
      />
      <Publish open={publish} onClose={() => setPublish(false)} />
      <KeySheet open={sheet} actions={usual} onClose={() => setSheet(false)} />
      {flow && <Join flow={flow} from={joining} onClose={goOn} />}
      <RenameVariable open={renaming !== undefined} of={renaming?.of} onClose={goOn} />
      <Announcer />
      <CommandPalette open={commands} actions={actions} onClose={() => setCommands(false)} />
    </div>
  );
}

const SOMETIMES = new Set(["join", "group", "ungroup", "extract", "inline", "tuck", "edit", "rename"]);

function menuItems(actions: Action[], addHere: () => void): MenuItem[] {
  const item = (id: string, run?: () => void): MenuItem[] => {
    const action = actions.find((action) => action.id === id);
    if (!action) return [];
    // What fits only some selections is left out rather than shown in vain.
    if (!action.enabled && SOMETIMES.has(id)) return [];
    return [
      {
        kind: "item",
        label: action.title,
        ...(action.icon ? { icon: action.icon } : {}),
        keys: action.keys?.[0],
        disabled: !action.enabled,
        danger: id === "delete",
        run: run ?? action.run,
      },
    ];
  };
  return [
    ...item("add", addHere),
    { kind: "line" },
    ...item("edit"),
    ...item("rename"),
    ...item("join"),
    ...item("copy"),
    ...item("paste"),
    ...item("duplicate"),
    ...item("select-all"),
    { kind: "line" },
    ...item("group"),
    ...item("ungroup"),
    ...item("tidy"),
    ...item("extract"),
    ...item("inline"),
    ...item("tuck"),
    { kind: "line" },
    ...item("delete-heal"),
    ...item("delete"),
  ];
}

function focusSide(side: Side): void {
  const panel = document.getElementById("side-panel");
  const inside = side === "search" ? "#search-words" : "[role=treeitem][tabindex='0'], [aria-current=step]";
  (panel?.querySelector<HTMLElement>(inside) ?? document.getElementById(`side-${side}`))?.focus();
}

function useWindowWidth(): number {
  const [width, setWidth] = useState(window.innerWidth);
  useEffect(() => {
    const changed = () => setWidth(window.innerWidth);
    window.addEventListener("resize", changed);
    return () => window.removeEventListener("resize", changed);
  }, []);
  return width;
}
