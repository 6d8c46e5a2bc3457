export { Clashes } from "./Clashes";
export { Explorer } from "./Explorer";
export { FileView } from "./FileView";
export { Inspector } from "./inspector/Inspector";
export { Palette } from "./Palette";
export { Problems } from "./Problems";
export { Publish } from "./publish/Publish";
export { Run, STANDING } from "./run/Run";
