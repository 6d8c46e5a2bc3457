import { useStore } from "@xyflow/react";
import { Map as MapIcon, Maximize, Minus, Plus } from "lucide-react";
import { IconButton, Tooltip } from "../components";
import { t } from "../words";

/** Watches the zoom itself, so that zooming draws nothing else anew. */
export function ZoomBar(props: {
  map: boolean;
  onZoom(factor: number | undefined): void;
  onFit(): void;
  onMap(): void;
}) {
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="absolute bottom-3 left-3 z-5 flex items-center rounded-lg border border-line bg-panel p-0.5 shadow-card">
      <IconButton small icon={Minus} label={t("Zoom out")} keys="Mod+-" side="top" onClick={() => props.onZoom(0.8)} />
      <Tooltip label={t("Zoom to 100 %")} keys="Mod+0" side="top">
        <button
          type="button"
          className="h-6 w-11 rounded-md text-center text-xs font-medium text-ink-2 hover:bg-hover"
          onClick={() => props.onZoom(undefined)}
        >
          {percent}%
        </button>
      </Tooltip>
      <IconButton small icon={Plus} label={t("Zoom in")} keys="Mod+=" side="top" onClick={() => props.onZoom(1.25)} />
      <IconButton small icon={Maximize} label={t("Fit the whole flow")} keys="1" side="top" onClick={props.onFit} />
      <IconButton small icon={MapIcon} label={t("Map")} keys="M" side="top" on={props.map} onClick={props.onMap} />
    </div>
  );
}
