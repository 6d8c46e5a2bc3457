import type { Field, Platform } from "../api";

type Limit = NonNullable<Field["limit"]>;

/** The most that each platform takes of a text, with its unit; a test holds it to `crates/flow/src/limits.rs`. */
export const MOST: { [limit in Limit]?: { [platform in Platform]?: number } } = {
  message_text: { telegram: 4096, discord: 2000 },
  caption: { telegram: 1024, discord: 2000 },
  button_label: { discord: 80 },
  button_count: { telegram: 100, discord: 25 },
  buttons_per_row: { telegram: 8, discord: 5 },
  button_rows: { discord: 5 },
  callback_data: { telegram: 64, discord: 100 },
  button_url: { discord: 512 },
  keyboard_buttons: { telegram: 100 },
  command_name: { telegram: 32, discord: 32 },
  command_description: { telegram: 256, discord: 100 },
  poll_question: { telegram: 300, discord: 300 },
  poll_options: { telegram: 12, discord: 10 },
  poll_option: { telegram: 100, discord: 55 },
  poll_explanation: { telegram: 200 },
  embed_title: { discord: 256 },
  embed_description: { discord: 4096 },
  embed_field_name: { discord: 256 },
  embed_field_value: { discord: 1024 },
  embed_footer: { discord: 2048 },
  embed_author: { discord: 256 },
  form_title: { discord: 45 },
  input_label: { discord: 45 },
  option_name: { discord: 32 },
  option_description: { discord: 100 },
};

/** How much of a limit a text takes. Telegram counts the data of a button in bytes, all else is characters. */
export function measured(limit: Limit, text: string, platform: Platform): number {
  if (limit === "callback_data" && platform === "telegram") return new TextEncoder().encode(text).length;
  return [...text].length;
}
