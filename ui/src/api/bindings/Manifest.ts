// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Value } from "./Value";

/**
 * bot.json. Held as the value it is; these are the ways to look at it.
 */
export type Manifest = Record<string, Value>;
