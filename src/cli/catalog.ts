import type { Entry } from "./catalog/entry.ts";
import { deliver } from "./catalog/deliver.ts";
import { keep } from "./catalog/keep.ts";
import { look } from "./catalog/look.ts";
import { setUp } from "./catalog/set-up.ts";
import { use } from "./catalog/use.ts";
import { values } from "./catalog/values.ts";

export type { Entry };

/** Every verb, by the groups in which `--help` shows them. */
export const catalog: readonly Entry[] = [...setUp, ...deliver, ...look, ...values, ...use, ...keep];
