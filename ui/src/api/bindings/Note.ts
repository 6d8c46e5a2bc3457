// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Value } from "./Value";

export type Note = { text: string, color?: string, extra?: Record<string, Value>, };
