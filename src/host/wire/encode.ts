import { createHash } from "node:crypto";
import { AppError, unreachable } from "#kernel";
import type { TargetAddress } from "../address.ts";
import type { Controller } from "../host.ts";
import type { HostSearch, SearchedValue } from "../search.ts";
import type { HostCheck, HostDrain, HostRequest, ReleaseRecord } from "../request.ts";

/** Lines and bytes for the helper's stdin, in order. `src/host/helper` is the other side. */
export type Input = readonly (string | Uint8Array)[];

/** Who speaks, and whether the machine would listen to them about each target. */
export function encodeController(controller: Controller, requests: readonly HostRequest[]): Input {
  const { owner, epoch, lease, auditHead } = controller;
  const targets = [...new Set(requests.map((request) => request.target.id))];
  return [
    line("controller", owner, epoch, lease, auditHead === "" ? "-" : auditHead),
    ...targets.map((id) => line("fence", id)),
  ];
}

export function encodeRequests(requests: readonly HostRequest[]): Input {
  return requests.flatMap(encodeRequest);
}

export function encodeEnd(): Input {
  return [line("end")];
}

export function encodeObserve(targets: readonly TargetAddress[]): Input {
  return targets.map(({ id }) => line("observe", id));
}

export function encodeRead(target: TargetAddress): Input {
  return [line("read", target.id), ...encodeEnd()];
}

/** The values by which the machine is shown that they are known here; those of one target beside each other. */
export function encodeSearch({ values, limit }: Pick<HostSearch, "values" | "limit">): Input {
  return [line("search", Math.ceil(limit), values.length), ...values.map(searchedLine)];
}

function searchedLine({ target, name, value }: SearchedValue): string {
  if ("release" in value) return line(target.id, name, value.release);
  return line(target.id, name, Buffer.concat([Buffer.from(`${name}=`), value.reveal()]).toString("hex"));
}

/** The only instance of a service has no name; on the wire it is `-`. */
export function instanceWord(instance: string): string {
  return instance === "" ? "-" : instance;
}

function encodeRequest(request: HostRequest): Input {
  const id = request.target.id;
  switch (request.kind) {
    case "attach": {
      const bytes = request.content.reveal();
      return [line("attach", id, request.release, request.name, bytes.byteLength, sha256(bytes)), bytes];
    }
    case "stage": {
      const bytes = request.file.reveal();
      return [
        line("stage", id, bytes.byteLength, sha256(bytes), ...recordWords(request.record)),
        ...variableLines(request.record),
        bytes,
      ];
    }
    case "claim":
      return [line("claim", id, ...recordWords(request.record)), ...variableLines(request.record)];
    case "drain":
      return [line("drain", id, instanceWord(request.instance), ...drainWords(request))];
    case "restart":
      return [line("restart", id, instanceWord(request.instance), request.action)];
    case "verify":
      return [
        line("verify", id, instanceWord(request.instance), Math.ceil(request.deadline), request.checks.length),
        ...request.checks.map(checkLine),
      ];
    case "prepare":
      return [line("prepare", id, request.index)];
    case "publish": {
      const { archive, record } = request;
      const head = line("publish", id, request.id, archive.byteLength, sha256(archive), ...recordWords(record));
      return [head, ...variableLines(record), archive];
    }
    case "swap":
      return [request.unproved ? line("swap", id, "unproved") : line("swap", id)];
    case "return":
    case "forget":
    case "sweep":
      return [line(request.kind, id)];
    default:
      return unreachable(request);
  }
}

function recordWords({ release, digest, salt, whole, variables }: ReleaseRecord): readonly (string | number)[] {
  return [release, digest, salt, whole, variables.length];
}

function variableLines(record: ReleaseRecord): readonly string[] {
  return record.variables.map(({ name, digest }) => line(name, digest));
}

function drainWords({ by, idle, limit }: HostDrain): readonly (string | number)[] {
  const way = by.kind === "signal" ? by.signal : by.url;
  const sign = idle === undefined ? [] : [idle.url, idle.field, idle.is === undefined ? "-" : JSON.stringify(idle.is)];
  return [Math.ceil(limit), by.kind, way, ...sign];
}

function checkLine(check: HostCheck): string {
  return check.kind === "http"
    ? line("http", check.url, check.status, Math.ceil(check.timeout), check.release ?? "-")
    : line("tcp", check.address, check.port);
}

/** One word too many or a line break would be another request: refused here, whatever its source. */
function line(...words: readonly (string | number)[]): string {
  for (const word of words) {
    if (!/^[\x21-\x7e]+$/.test(String(word)))
      throw new AppError("INTERNAL", "a word for a host has spaces or is empty");
  }
  return `${words.join(" ")}\n`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
