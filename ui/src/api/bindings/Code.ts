export type Code = "bad_request" | "not_found" | "not_a_bot" | "read_only" | "refused" | "busy" | "disk" | "internal";
