import type { Host } from "../host";
import type { Commands } from "./bindings/commands";
import type { Event as StudioEvent } from "./bindings/Event";
import { Failure } from "./failure";

export type { Act } from "./bindings/Act";
export type { Asset } from "./bindings/Asset";
export type { BotView } from "./bindings/BotView";
export type { Change } from "./bindings/Change";
export type { Clash } from "./bindings/Clash";
export type { Commands } from "./bindings/commands";
export type { Deed } from "./bindings/Deed";
export type { DeletedFlow } from "./bindings/DeletedFlow";
export type { Descriptor } from "./bindings/Descriptor";
export type { Edit } from "./bindings/Edit";
export type { Event as StudioEvent } from "./bindings/Event";
export type { Field } from "./bindings/Field";
export type { FieldType } from "./bindings/FieldType";
export type { Flow } from "./bindings/Flow";
export type { FlowView } from "./bindings/FlowView";
export type { Group } from "./bindings/Group";
export type { Mode } from "./bindings/Mode";
export type { Named } from "./bindings/Named";
export type { Node } from "./bindings/Node";
export type { Note } from "./bindings/Note";
export type { Patch } from "./bindings/Patch";
export type { PictureForm } from "./bindings/PictureForm";
export type { Place } from "./bindings/Place";
export type { Platform } from "./bindings/Platform";
export type { Port } from "./bindings/Port";
export type { Problem } from "./bindings/Problem";
export type { RunLine } from "./bindings/RunLine";
export type { RunNetwork } from "./bindings/RunNetwork";
export type { RunView } from "./bindings/RunView";
export type { SaveState } from "./bindings/SaveState";
export type { SecretView } from "./bindings/SecretView";
export type { Seg } from "./bindings/Seg";
export type { Settings } from "./bindings/Settings";
export type { Severity } from "./bindings/Severity";
export type { Update } from "./bindings/Update";
export type { Usage } from "./bindings/Usage";
export type { Value } from "./bindings/Value";
export { Failure } from "./failure";

export type Rpc = <K extends keyof Commands>(name: K, request: Commands[K]["request"]) => Promise<Commands[K]["reply"]>;

export interface Listener {
  event(event: StudioEvent): void;
  link(up: boolean): void;
}

/** The studio's commands and events, typed. */
export interface Api {
  rpc: Rpc;
  listen(listener: Listener): () => void;
}

export function connect(host: Host): Api {
  return {
    rpc: async (name, request) => {
      try {
        return (await host.call(name, request)) as never;
      } catch (thrown) {
        throw Failure.from(thrown);
      }
    },
    listen: (listener) =>
      host.listen({ event: (message) => listener.event(message as StudioEvent), link: (up) => listener.link(up) }),
  };
}
