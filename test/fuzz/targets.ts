import type { Room, Target } from "./target.ts";
import { credentialTargets } from "./target/credential.ts";
import { envFileTargets } from "./target/env-file.ts";
import { growthTargets } from "./target/growth.ts";
import { helperTargets } from "./target/helper.ts";
import { machineTargets } from "./target/machine.ts";
import { manifestTargets } from "./target/manifest.ts";
import { sealTargets } from "./target/seal.ts";
import { storeTargets } from "./target/store.ts";
import { wireTargets } from "./target/wire.ts";

/** Every reader of bytes that others wrote. */
export async function allTargets(room: Room): Promise<readonly Target[]> {
  return [
    ...envFileTargets(room),
    ...manifestTargets,
    ...wireTargets,
    ...machineTargets(room),
    ...sealTargets(room),
    ...(await storeTargets(room)),
    ...helperTargets(room),
    ...credentialTargets,
    ...growthTargets,
  ];
}
