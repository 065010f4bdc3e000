import { rm } from "node:fs/promises";
import type { Duplex } from "node:stream";
import { AppError, systemCode, type Clock } from "#kernel";
import type { TargetAddress } from "../address.ts";
import { connected } from "../connected.ts";
import { instancePath, placeOf } from "./place.ts";
import { readStarted, stopLimit, stopProcess } from "./running.ts";

/** A connection to a port of this machine, where the process listens. */
export function reachProcess({ id }: TargetAddress, port: number): Promise<Duplex> {
  return connected({ host: "127.0.0.1", port }).catch((error: unknown) =>
    Promise.reject(notReached(id, port, systemCode(error) ?? "no answer")),
  );
}

function notReached(id: string, port: number, why: string): AppError {
  return new AppError("HOST_UNREACHABLE", `${id} takes no connection at its port ${port} (${why})`, {
    hint: "`keyturn status` shows what runs",
  });
}

/** Stops what runs of it and removes what was kept for it. False when there was nothing. */
export async function removeProcess(
  { folder, clock }: { readonly folder: string; readonly clock: Clock },
  { service, runtime }: TargetAddress,
): Promise<boolean> {
  const instances = runtime.kind === "process" ? runtime.instances : [];
  let found = false;
  for (const { instance } of instances) {
    const started = await readStarted(instancePath(folder, service, instance));
    if (started === undefined) continue;
    await stopProcess(started, clock, stopLimit);
    found = true;
  }
  await rm(placeOf(folder, service).folder, { recursive: true, force: true });
  return found;
}
