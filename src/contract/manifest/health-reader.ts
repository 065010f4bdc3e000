import { readDuration } from "./duration.ts";
import { isLoopback, isLoopbackUrl } from "./loopback.ts";
import type { RawService } from "./schema.ts";
import type { Drain, HealthCheck, PrepareCommand } from "../platform.ts";
import { readCommand, report, type Reader } from "./runtime-reader.ts";

type RawCheck = NonNullable<RawService["health"]>[number];
type RawIdle = NonNullable<NonNullable<RawService["drain"]>["idle"]>;
type RawPrepare = NonNullable<RawService["prepare"]>[number];

const healthDefaults = { timeout: "2s", deadline: "30s", status: 200 } as const;

export function readHealth(reader: Reader): readonly HealthCheck[] {
  return (reader.service.fields.health ?? []).map((check, index) => readCheck(reader, check, index));
}

function readCheck(reader: Reader, check: RawCheck, index: number): HealthCheck {
  if (typeof check === "string") return readCheck(reader, { http: check }, index);
  const deadline = readDuration(check.deadline ?? healthDefaults.deadline);
  if ("command" in check) {
    return { kind: "command", command: readCommand(reader, check.command, ["health", index, "command"]), deadline };
  }
  const from = check.from ?? "host";
  if ("tcp" in check) {
    const colon = check.tcp.lastIndexOf(":");
    const address = check.tcp.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
    if (from === "host" && !isLoopback(address)) {
      report(reader, "health-address", "expected a loopback address, or from: control for this port", [
        "health",
        index,
      ]);
    }
    return { kind: "tcp", address, port: check.tcp.slice(colon + 1), from, deadline };
  }
  if (from === "host" && !isLoopbackUrl(check.http)) {
    report(reader, "health-address", "expected http on a loopback address, or from: control for this URL", [
      "health",
      index,
    ]);
  }
  return {
    kind: "http",
    url: check.http,
    from,
    timeout: readDuration(check.timeout ?? healthDefaults.timeout),
    deadline,
    status: check.status ?? healthDefaults.status,
    ...(check.release === undefined ? {} : { release: check.release }),
  };
}

export function readPrepare(reader: Reader): readonly PrepareCommand[] {
  return (reader.service.fields.prepare ?? []).map((entry, index) => readPrepareCommand(reader, entry, index));
}

function readPrepareCommand(reader: Reader, entry: RawPrepare, index: number): PrepareCommand {
  if (typeof entry === "string" || !("run" in entry)) {
    return { command: readCommand(reader, entry, ["prepare", index]), as: "deploy" };
  }
  const command = readCommand(reader, entry.run, ["prepare", index, "run"]);
  const { directory } = entry;
  return { command, as: entry.as ?? "deploy", ...(directory === undefined ? {} : { directory }) };
}

/** Without a sign of its own the end of the process is the end of the drain. */
const endingSignals: readonly string[] = ["SIGTERM", "SIGINT", "SIGQUIT"];

export function readDrain(reader: Reader): Drain | undefined {
  const { drain } = reader.service.fields;
  if (drain === undefined) return undefined;
  const { signal, http, idle } = drain;
  if ((signal === undefined) === (http === undefined)) {
    report(reader, "manifest-conflict", "drain: expected either signal or http", ["drain"]);
  }
  const addresses = { http, "idle.url": idle?.url };
  for (const [field, url] of Object.entries(addresses)) {
    if (url === undefined || isLoopbackUrl(url)) continue;
    report(reader, "drain-address", `drain.${field}: expected http on a loopback address`, [
      "drain",
      ...field.split("."),
    ]);
  }
  if (signal !== undefined && !endingSignals.includes(signal) && idle === undefined) {
    report(reader, "manifest-missing", `drain.idle is missing: nothing else tells what ${signal} has emptied`, [
      "drain",
    ]);
  }
  return {
    by: http === undefined ? { kind: "signal", signal: signal ?? "SIGTERM" } : { kind: "http", url: http },
    limit: readDuration(drain.limit),
    ...(idle === undefined ? {} : { idle: readIdle(idle) }),
  };
}

function readIdle({ url, field, is }: RawIdle): NonNullable<Drain["idle"]> {
  return { url, field, ...(is === undefined ? {} : { is }) };
}
