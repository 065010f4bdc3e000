import { systemClock } from "#kernel";
import { createEgress, systemWorld } from "#provider";

/** What an issuer has to work with beside values. */
export const means = {
  egress: createEgress(systemWorld),
  clock: systemClock,
  folder: import.meta.dirname,
  variables: { PATH: process.env["PATH"] ?? "" },
  environment: "local",
  note: async () => undefined,
};
