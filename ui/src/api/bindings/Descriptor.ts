// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
import type { Family } from "./Family";
import type { Field } from "./Field";
import type { Node } from "./Node";
import type { Platform } from "./Platform";
import type { Port } from "./Port";

export type Descriptor = { kind: string, 
/**
 * The version of the kind's behaviour; older nodes are upgraded by `upgrades`.
 */
v: number, title: string, group: Family, 
/**
 * A lucide icon's name.
 */
icon: string, 
/**
 * What a card says, with fields in braces: `Says {text}`.
 */
summary: string, 
/**
 * Markdown.
 */
help: string, synonyms: Array<string>, example: Node, 
/**
 * Empty: works everywhere.
 */
platforms: Array<Platform>, 
/**
 * Starts runs, so nothing leads into it.
 */
trigger: boolean, 
/**
 * A run rests here until something happens outside.
 */
waits: boolean, 
/**
 * Does something outside the bot.
 */
effect: boolean, 
/**
 * A run ends here by design.
 */
ends: boolean, ports: Array<Port>, fields: Array<Field>, 
/**
 * Fields that name together what this node claims for itself in the whole bot: no other node of the kind may claim the same.
 */
unique: Array<string>, };
