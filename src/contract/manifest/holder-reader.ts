import type { HttpPlace } from "../holder.ts";
import type { Contract } from "../variable.ts";
import type { FieldPath } from "./document.ts";
import type { RawReport } from "./holder-schema.ts";
import { isLoopbackUrl } from "./loopback.ts";
import { nearest } from "./nearest.ts";
import { report, type Reader } from "./runtime-reader.ts";
import type { RawService } from "./schema.ts";

type Said = RawService["presents"] | RawService["verifies"];

/** Names in `presents` and `verifies` are variables of the contract. */
export function checkHeld(reader: Reader, contract: Contract): void {
  const declared = contract.variables.flatMap(({ name, derive }) =>
    // who has the map takes the pair, and needs neither name for itself
    derive?.kind === "key-map" ? [name, derive.key, derive.root] : [name],
  );
  for (const field of ["presents", "verifies"] as const) {
    const said = reader.service.fields[field];
    namesOf(said).forEach((name, index) => {
      if (declared.includes(name)) return;
      const close = nearest(name, declared);
      const guess = close === undefined ? "" : `, did you mean ${close}?`;
      reader.findings.push({
        severity: "error",
        code: "variable-unknown",
        message: `${reader.service.name}: ${field} names ${name}, which ${contract.file} lacks${guess}`,
        position: reader.service.locateKey([field, Array.isArray(said) ? index : name]),
      });
    });
  }
}

/** What `presents` or `verifies` names, as a list or as a map. */
export function namesOf(said: Said): readonly string[] {
  return Array.isArray(said) ? said : Object.keys(said ?? {});
}

/** The same with what is said of each; of a list nothing is. */
export function detailsOf<Details extends object>(
  said: string[] | Record<string, Details | null> | undefined,
): readonly (readonly [string, Partial<Details>])[] {
  if (Array.isArray(said)) return said.map((name) => [name, {}]);
  return Object.entries(said ?? {}).map(([name, details]) => [name, details ?? {}]);
}

export function readReport(reader: Reader, raw: RawReport, path: FieldPath): HttpPlace {
  const said = typeof raw === "string" ? { http: raw } : raw;
  return readPlace(reader, said, typeof raw === "string" ? path : [...path, "http"]);
}

/** A host asks only itself, as in health checks. */
export function readPlace(
  reader: Reader,
  { http, from = "host" }: { readonly http: string; readonly from?: HttpPlace["from"] | undefined },
  path: FieldPath,
): HttpPlace {
  if (from === "host" && !isLoopbackUrl(http)) {
    report(reader, "holder-address", "expected http on a loopback address, or from: control for this URL", path);
  }
  return { url: http, from };
}
