import type { Waves } from "#contract";

/** Everywhere in one wave, without a canary. */
export const atOnce: Waves = { sizes: ["rest"], soak: 0 };
