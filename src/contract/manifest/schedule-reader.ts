import type { Finding } from "#kernel";
import type { RotationSchedule } from "../rotation-schedule.ts";
import { readSpan } from "../span.ts";
import type { Contract } from "../variable.ts";
import type { ManifestDocument } from "./document.ts";
import type { RawRotate } from "./rotate-schema.ts";
import { readWindow } from "./rotation-window.ts";
import type { RawManifest } from "./schema.ts";

interface Around {
  readonly document: ManifestDocument;
  readonly contracts: readonly Contract[];
}

/** By the secret's name; what an environment says of one stands for all that is said of it at the top. */
export function readSchedules(
  manifest: RawManifest,
  environment: string,
  { document, contracts }: Around,
): { readonly schedules: ReadonlyMap<string, RotationSchedule>; readonly findings: readonly Finding[] } {
  const over = manifest.environments[environment]?.secrets ?? {};
  const schedules = new Map<string, RotationSchedule>();
  const findings: Finding[] = [];
  for (const [name, secret] of Object.entries({ ...manifest.secrets, ...over })) {
    if (secret === false || secret.rotate === undefined) continue;
    const schedule = scheduleOf(secret.rotate);
    schedules.set(name, schedule);
    if (schedule.by === "person" || secret.issuer !== undefined) continue;
    const names = [name, ...(secret.with === undefined ? [] : [secret.with])];
    if (!names.some((one) => isUnmade(one, contracts))) continue;
    const place = Object.hasOwn(over, name) ? ["environments", environment, "secrets"] : ["secrets"];
    const message = `secrets.${name}.rotate: nothing makes a new value: say @generate in its .env.example, an issuer, or by: person`;
    const position = document.locate([...place, name, "rotate"]);
    findings.push({ severity: "error", code: "manifest-conflict", message, position });
  }
  return { schedules, findings };
}

/** Whoever rotates it by hand is shown that it would be random; nobody is there when the server does it. */
function isUnmade(name: string, contracts: readonly Contract[]): boolean {
  const declared = contracts.flatMap(({ variables }) => variables.filter((variable) => variable.name === name));
  return declared.length > 0 && declared.every(({ generate }) => generate === undefined);
}

function scheduleOf({ every, window, by = "keyturn" }: RawRotate): RotationSchedule {
  const allowed = window === undefined ? undefined : readWindow(window);
  return { every: readSpan(every) ?? 0, by, ...(allowed === undefined ? {} : { window: allowed }) };
}
