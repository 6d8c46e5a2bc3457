import { useCallback, useEffect, useRef, useState } from "react";
import type { Descriptor } from "../api";
import { Canvas, type CanvasHandle, type Wanted } from "../canvas";
import { MenuAt, type MenuItem, Splitter, useBot, useOpenBot, useRemembered } from "../components";
import { add, freeSpot, fresh, itemId, outPorts, type Point } from "../flow";
import { Explorer, FileView, Inspector, Palette, Problems, Publish } from "../panels";
import { type Action, actionsOf, freePort, remove } from "./actions";
import { Banners } from "./Banners";
import { CommandPalette } from "./CommandPalette";
import { duplicate } from "./clipboard";
import { focusCanvas, useClipboard, useKeys } from "./keyboard";
import { RunButton } from "./RunButton";
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
  const canvas = useRef<CanvasHandle>(undefined);
  const width = useWindowWidth();

  useEffect(() => {
    document.title = `${name} – Nexus Bots`;
    return () => {
      document.title = "Nexus Bots";
    };
  }, [name]);

  const actions = (): Action[] =>
    actionsOf({
      bot,
      canvas: canvas.current,
      toggle: (panel) => setOpen({ ...open, [panel]: !open[panel] }),
      show: (panel) => !open[panel] && setOpen({ ...open, [panel]: true }),
      palette: () => {
        const spot = canvas.current?.spot();
        const from = freePort(bot);
        if (spot) setWanted({ ...spot, ...(from ? { from } : {}), pointed: false });
      },
      commands: () => setCommands(true),
      runs: () => setRuns(!runs),
      publish: () => {
        setRuns(false);
        setPublish(true);
      },
      settings: props.onSettings,
      setTheme: props.setTheme,
      close: props.onClose,
    });
  useKeys(actions);
  useClipboard(bot, canvas);

  const onReady = useCallback((handle: CanvasHandle | undefined) => {
    canvas.current = handle;
  }, []);
  const onWant = useCallback((wanted: Wanted) => setWanted({ ...wanted, pointed: true }), []);
  const closePalette = useCallback(() => setWanted(undefined), []);

  const onPick = async (kind: Descriptor) => {
    const { flow } = bot;
    const want = wanted;
    setWanted(undefined);
    focusCanvas();
    if (!flow || !want) return;
    const node = fresh(kind, itemId);
    const port = outPorts(node, kind).find((port) => port.role === "flow")?.id;
    let { from } = want;
    if (from?.end === "source") from = port ? { ...from, port } : undefined;
    if (from?.end === "target" && kind.trigger) from = undefined;
    const at = want.pointed ? want.at : freeSpot(flow, want.at);
    const { id, edits } = add(flow, node, at, from);
    if (!(await bot.change(`Add ${kind.title.toLowerCase()}`, edits))) return;
    if (want.pointed) bot.view.select([id]);
    else bot.view.go(flow.path, id);
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
              <Explorer />
            </aside>
            <Splitter
              label="Explorer width"
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
                label="Problems height"
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
              label="Inspector width"
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
              aria-label="Inspector"
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
      {wanted && <Palette at={wanted.screen} from={wanted.from} onPick={onPick} onClose={closePalette} />}
      <MenuAt
        at={menu?.at}
        items={menu ? menuItems(actions(), () => onWant(menu.wanted)) : []}
        onClose={() => setMenu(undefined)}
      />
      <Publish open={publish} onClose={() => setPublish(false)} />
      <CommandPalette open={commands} actions={actions} onClose={() => setCommands(false)} />
    </div>
  );
}

function menuItems(actions: Action[], addHere: () => void): MenuItem[] {
  const item = (id: string, run?: () => void): MenuItem[] => {
    const action = actions.find((action) => action.id === id);
    if (!action) return [];
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
    ...item("copy"),
    ...item("paste"),
    ...item("duplicate"),
    ...item("select-all"),
    { kind: "line" },
    ...item("delete-heal"),
    ...item("delete"),
  ];
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
