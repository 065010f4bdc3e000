import type { Finding } from "#kernel";
import type { IssuerEntry } from "../issuer.ts";
import type { Contract } from "../variable.ts";
import { readDuration } from "./duration.ts";
import type { FieldPath, ManifestDocument } from "./document.ts";
import { issuerSchema, type RawIssuer } from "./issuer-schema.ts";
import { nearest } from "./nearest.ts";
import type { RawManifest } from "./schema.ts";

interface Around {
  readonly document: ManifestDocument;
  readonly contracts: readonly Contract[];
}

/** By the secret's name; what an environment says of one stands for all that is said of it at the top. */
export function readIssuers(
  manifest: RawManifest,
  environment: string,
  around: Around,
): { readonly issuers: ReadonlyMap<string, IssuerEntry>; readonly findings: readonly Finding[] } {
  const over = manifest.environments[environment]?.secrets ?? {};
  const said = { ...manifest.secrets, ...over };
  const findings = Object.entries(said).flatMap(([name, secret]) => {
    const path = Object.hasOwn(over, name) ? ["environments", environment, "secrets", name] : ["secrets", name];
    const isReplaced = secret !== false && (secret.issuer !== undefined || secret.rotate?.by === "person");
    return misnamed(name, path, { ...around, environment, isReplaced });
  });
  const issuers = Object.entries(said).flatMap(([name, secret]) => {
    return secret === false || secret.issuer === undefined ? [] : [[name, entryOf(secret.issuer)] as const];
  });
  return { issuers: new Map(issuers), findings };
}

/** As {@link issuerText} wrote it; undefined for anything else. */
export function readIssuerText(text: string): IssuerEntry | undefined {
  const read = issuerSchema.safeParse(parse(text));
  return read.success ? entryOf(read.data) : undefined;
}

/** To be kept with what was begun: the manifest may say something else by then. */
export function issuerText({ kind, ...fields }: IssuerEntry): string {
  const timed = "timeout" in fields ? { ...fields, timeout: `${fields.timeout}ms` } : fields;
  return JSON.stringify({ [kind]: timed });
}

const usualTimeout = "1m";

export function entryOf({ redis, postgres, grafana, twilio, livekit, iam, command }: RawIssuer): IssuerEntry {
  if (command !== undefined) {
    const { run, values = [], overlap = true, timeout = usualTimeout } = command;
    return { kind: "command", run, values, overlap, timeout: readDuration(timeout) };
  }
  if (postgres !== undefined) {
    const { roles, role, admin } = postgres;
    return {
      kind: "postgres",
      admin,
      ...(roles === undefined ? {} : { roles }),
      ...(role === undefined ? {} : { role }),
    };
  }
  if (grafana !== undefined) return { kind: "grafana", ...grafana };
  if (twilio !== undefined) return { kind: "twilio", ...twilio };
  if (livekit !== undefined) return { kind: "livekit" };
  if (iam !== undefined) {
    const { user, endpoint, region = "us-east-1", admin } = iam;
    const given = { ...(endpoint === undefined ? {} : { endpoint }), ...(admin === undefined ? {} : { admin }) };
    return { kind: "iam", user, region, ...given };
  }
  return { kind: "redis", user: redis?.user ?? "", admin: redis?.admin ?? "" };
}

/** What no service has may be replaced all the same, by an issuer or a person: then only a name like another's is strange. */
function misnamed(
  name: string,
  path: FieldPath,
  {
    document,
    contracts,
    environment,
    isReplaced,
  }: Around & { readonly environment: string; readonly isReplaced: boolean },
): readonly Finding[] {
  const declared = contracts.flatMap(({ variables }) => variables.map((variable) => variable.name));
  if (declared.includes(name)) return [];
  const close = nearest(name, declared);
  if (isReplaced && close === undefined) return [];
  const guess = close === undefined ? "" : `, did you mean ${close}?`;
  const message = `secrets names ${name}, which no contract of ${environment} declares${guess}`;
  return [{ severity: "warning", code: "variable-unknown", message, position: document.locateKey(path) }];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
