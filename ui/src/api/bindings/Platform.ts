export type Platform = "telegram" | "discord";
