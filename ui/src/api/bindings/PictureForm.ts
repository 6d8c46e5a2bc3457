// Made from the Rust types by `cargo run -p studio --example bindings`. Do not edit it by hand.
export type PictureForm = "svg" | "png" | "pdf";
