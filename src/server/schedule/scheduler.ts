import type { Caller } from "#operation";

/** Who does what nobody asked for over the network. */
export const scheduler: Caller = {
  kind: "token",
  name: "schedule",
  actor: { name: "service:schedule" },
  held: [{ environment: "*", role: "operator" }],
};
