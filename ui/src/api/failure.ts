import type { Code } from "./bindings/Code";

/** A command that did not happen: a closed code, a sentence for a person, and where possible what to do. */
export class Failure extends Error {
  constructor(
    readonly code: Code | "offline",
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }

  static from(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown;
    if (thrown && typeof thrown === "object" && "code" in thrown && "message" in thrown) {
      const { code, message, hint } = thrown as { code: Code; message: string; hint?: string };
      return new Failure(code, message, hint ?? undefined);
    }
    return new Failure("internal", thrown instanceof Error ? thrown.message : String(thrown));
  }
}
