import { rm } from "node:fs/promises";
import type { TargetAddress } from "../address.ts";
import { done, failed } from "../answer.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { instancePath, placeOf, readRecord, readWhole } from "./place.ts";
import { readStarted, signalProcess, stopLimit, stopProcess } from "./running.ts";
import { startProcess } from "./start.ts";
import { instanceKey, type ProcessStream } from "./stream.ts";

type RestartRequest = Extract<HostRequest, { kind: "restart" }>;

/** Ends the old process if there is one (SIGTERM, then SIGKILL), and starts the new one with the present file. */
export async function restartInstance(stream: ProcessStream, request: RestartRequest): Promise<HostAnswer> {
  const wanted = processOf(request.target, request.instance);
  if (wanted === undefined) return failed(request, "unit-missing", "the service has no such instance");
  const path = instancePath(stream.folder, request.target.service, request.instance);
  const key = instanceKey(request.target, request.instance);
  const old = await readStarted(path);
  if (old !== undefined) {
    stream.oldInvocations.set(key, old.invocation);
    await stopProcess(old, stream.clock, stopLimit);
    await rm(path, { force: true });
  }
  stream.endings.delete(key);
  const place = placeOf(stream.folder, request.target.service);
  const record = await readRecord(place.record);
  const result = await startProcess({
    folder: stream.folder,
    service: request.target.service,
    instance: request.instance,
    command: wanted.command.map((word, index) => (index === 0 && word === "node" ? stream.node : word)),
    directory: wanted.directory,
    environment: {
      ...baseEnvironment(stream.environment),
      ...fileEnvironment(stream, (await readWhole(place.file)) ?? Buffer.alloc(0)),
      ...wanted.environment,
      // a unit may say where its file is; a local process learns it here, to read it again at a reload
      KEYTURN_FILE: place.file,
    },
    ...(record === undefined ? {} : { given: { release: record.release, digest: record.digest } }),
    now: stream.clock.now(),
  });
  if (result.kind === "failed") return failed(request, "start-failed", result.detail);
  void result.exited.then((ending) => stream.endings.set(`${key} ${result.process.invocation}`, ending));
  return done(request);
}

export async function reloadInstance(stream: ProcessStream, request: RestartRequest): Promise<HostAnswer> {
  const started = await readStarted(instancePath(stream.folder, request.target.service, request.instance));
  if (started === undefined || !(await signalProcess(started, "SIGHUP"))) {
    return failed(request, "died", "the process to reload does not run");
  }
  stream.reloaded.add(instanceKey(request.target, request.instance));
  return done(request);
}

/** What any process needs, and nothing else of ours: the rest of this environment may hold secrets of other services. */
export function baseEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const names = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"];
  const windows = ["SystemRoot", "SystemDrive", "TEMP", "TMP", "PATHEXT", "ComSpec", "USERPROFILE", "APPDATA"];
  return Object.fromEntries(
    [...names, ...windows].flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function fileEnvironment(stream: ProcessStream, file: Uint8Array): Readonly<Record<string, string>> {
  return Object.fromEntries(stream.readFile(file).map(({ name, value }) => [name, value.reveal().toString("utf8")]));
}

function processOf(target: TargetAddress, instance: string) {
  if (target.runtime.kind !== "process") return undefined;
  const found = target.runtime.instances.find((unit) => unit.instance === instance);
  if (found === undefined) return undefined;
  return { command: target.runtime.command, directory: target.runtime.directory, environment: found.environment };
}
