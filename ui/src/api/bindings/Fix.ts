// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Change } from "./Change";

export type Fix = { label: string, change: Change, };
