import { done, unchanged } from "../answer.ts";
import { ownMachine } from "../check.ts";
import { drain } from "../drain.ts";
import { drainNotes } from "../drain-note.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { instancePath } from "./place.ts";
import { lives, readStarted, signalProcess } from "./running.ts";
import type { ProcessStream } from "./stream.ts";

type DrainRequest = Extract<HostRequest, { kind: "drain" }>;

export async function drainInstance(stream: ProcessStream, request: DrainRequest): Promise<HostAnswer> {
  const started = await readStarted(instancePath(stream.folder, request.target.service, request.instance));
  if (started === undefined || !(await lives(started))) return unchanged(request);
  const process = {
    lives: () => lives(started),
    signal: (name: string) => signalProcess(started, name as NodeJS.Signals),
    fetch: ownMachine.fetch,
  };
  const note = await drain(process, request, stream);
  return done(request, note === undefined ? undefined : drainNotes[note]);
}
