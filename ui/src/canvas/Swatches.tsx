import { cx } from "../components";
import { COLOURS } from "../flow";
import { t } from "../words";
import { tint } from "./colour";

const NAMES: Record<(typeof COLOURS)[number], string> = {
  blue: "Blue",
  violet: "Violet",
  teal: "Teal",
  green: "Green",
  amber: "Amber",
  orange: "Orange",
  red: "Red",
  pink: "Pink",
};

/** The colours something on the canvas can have, and none. */
export function Swatches({ color, onColor }: { color: string | undefined; onColor(color: string | undefined): void }) {
  const one = (value: string | undefined, name: string) => (
    <button
      key={name}
      type="button"
      className={cx("nx-swatch", value === undefined && "nx-swatch-none")}
      style={tint(value)}
      aria-label={name}
      aria-pressed={color === value}
      title={name}
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        event.stopPropagation();
        onColor(value);
      }}
    />
  );
  return (
    <fieldset className="nx-swatches nodrag nopan" aria-label={t("Colour")}>
      {one(undefined, t("No colour"))}
      {COLOURS.map((value) => one(value, t(NAMES[value])))}
    </fieldset>
  );
}
