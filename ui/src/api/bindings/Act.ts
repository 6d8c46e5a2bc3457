export type Act =
  | { act: "remove"; flow: string; ids: string[]; heal: boolean }
  | { act: "rename_key"; flow: string; node: string; to: string }
  | { act: "rename_variable"; scope: "user" | "chat" | "bot"; from: string; to: string };
