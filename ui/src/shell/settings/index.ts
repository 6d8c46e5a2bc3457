export { useChosen, useLanguage } from "./chosen";
export { SettingsDialog } from "./SettingsDialog";
export { available, type Updates, useUpdates } from "./updates";
