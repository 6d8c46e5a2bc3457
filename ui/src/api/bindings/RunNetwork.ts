// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { NetworkState } from "./NetworkState";

export type RunNetwork = { 
/**
 * As in bot.json.
 */
network: string, state: NetworkState, 
/**
 * Why it does not listen.
 */
why?: string, };
