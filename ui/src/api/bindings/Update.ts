// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { UpdateRelease } from "./UpdateRelease";
import type { UpdateTrouble } from "./UpdateTrouble";

/**
 * What is known of newer versions.
 */
export type Update = { "state": "unasked" } | { "state": "looking" } | { "state": "up_to_date" } | { "state": "older", version: string, } | { "state": "found", release: UpdateRelease, } | { "state": "loading", release: UpdateRelease, loaded: number, size?: number, } | { "state": "installing", release: UpdateRelease, } | { "state": "restarting", release: UpdateRelease, } | { "state": "failed", trouble: UpdateTrouble, detail: string, release?: UpdateRelease, };
