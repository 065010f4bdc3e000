import type { SecretProbe, Verifying } from "../holder.ts";
import type { HostEntry } from "../platform.ts";
import { parseTemplate, referencesOf } from "../template.ts";
import { isJson } from "../value.ts";
import type { FieldPath } from "./document.ts";
import { readDuration } from "./duration.ts";
import { detailsOf, readPlace, readReport } from "./holder-reader.ts";
import type { RawProbe, RawVerifying } from "./holder-schema.ts";
import { isLoopback } from "./loopback.ts";
import { report, type Reader } from "./runtime-reader.ts";

const defaults = { header: "Authorization", scheme: "Bearer", timeout: "2s", deadline: "20s", quiet: "10s" } as const;
const usuallyRefused: readonly number[] = [401, 403];

/** The shared secrets that a service verifies, and how it shows that it does. `own`: the machines that it runs on. */
export function readVerifying(reader: Reader, own: readonly HostEntry[]): ReadonlyMap<string, Verifying> {
  const said = detailsOf<RawVerifying>(reader.service.fields.verifies);
  return new Map(said.map(([name, details]) => [name, readDetails(reader, own, details, ["verifies", name])]));
}

function readDetails(
  reader: Reader,
  own: readonly HostEntry[],
  { probe, report: told, quiet }: Partial<RawVerifying>,
  path: FieldPath,
): Verifying {
  return {
    ...(probe === undefined ? {} : { probe: readProbe(reader, own, probe, [...path, "probe"]) }),
    ...(told === undefined ? {} : { report: readReport(reader, told, [...path, "report"]) }),
    quiet: readDuration(quiet ?? defaults.quiet),
  };
}

function readProbe(reader: Reader, own: readonly HostEntry[], probe: RawProbe, path: FieldPath): SecretProbe {
  const { body, passes, refused = usuallyRefused, header = defaults.header } = probe;
  const usual = probe.as === "basic" ? "Basic" : defaults.scheme;
  const scheme = probe.scheme ?? (isAuthorization(header) ? usual : "none");
  checkBody(reader, probe, path);
  checkReceiver(reader, own, probe, path);
  const both = passes?.filter((status) => refused.includes(status)) ?? [];
  if (both.length > 0) {
    const message = `${both.join(", ")} can't mean both: accepted and refused`;
    report(reader, "manifest-conflict", message, [...path, "passes"]);
  }
  return {
    ...readPlace(reader, probe, [...path, "http"]),
    method: probe.method ?? (body === undefined ? "GET" : "POST"),
    header,
    ...(scheme === "none" ? {} : { scheme }),
    ...(probe.as === undefined ? {} : { as: probe.as }),
    ...(body === undefined ? {} : { body: { text: body, type: isJson(body) ? "application/json" : "text/plain" } }),
    ...(passes === undefined ? {} : { passes }),
    refused,
    timeout: readDuration(probe.timeout ?? defaults.timeout),
    deadline: readDuration(probe.deadline ?? defaults.deadline),
  };
}

function checkBody(reader: Reader, { method, body = "" }: RawProbe, path: FieldPath): void {
  const place = [...path, "body"];
  if (method === "GET" && body !== "") report(reader, "manifest-conflict", "GET has no body", place);
  if (referencesOf(parseTemplate(body)).length === 0) return;
  report(reader, "secret-in-manifest", "expected a body without references: the value goes into the header", place);
}

/** The value goes there: to a machine that has it anyway, and to no other address that somebody wrote into the manifest. */
function checkReceiver(reader: Reader, own: readonly HostEntry[], { http, from }: RawProbe, path: FieldPath): void {
  if (from !== "control") return;
  const receiver = /^https?:\/\/(?:\[([^\]]+)\]|([^:/?]+))/.exec(http)?.slice(1).find(Boolean) ?? "";
  const isOwn = own.some(({ name, connection }) => {
    if (connection.kind === "local") return isLoopback(receiver);
    return [name, connection.address.replace(/^.*@/, "")].includes(receiver);
  });
  if (isOwn || receiver === "%h") return;
  const names = own.map(({ name }) => name).join(", ");
  report(reader, "probe-address", `the probe sends the value there: expected a host of the service (${names})`, [
    ...path,
    "http",
  ]);
}

function isAuthorization(header: string): boolean {
  return header.toLowerCase() === defaults.header.toLowerCase();
}
