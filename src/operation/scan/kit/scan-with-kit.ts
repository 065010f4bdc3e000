import { kitMark, parseKit, type Kit } from "#leak";
import { AppError, type ErrorCode } from "#kernel";
import { readFile } from "node:fs/promises";
import type { Context } from "../../context.ts";
import { candidatePlaces, type CandidatePlace } from "../../finding/candidate-place.ts";
import { lookedAt } from "../../finding/looked.ts";
import type { ScanFinding } from "../search-files.ts";
import { scan, type ScanRequest, type ScanResult } from "../scan.ts";
import { mostPlaces, mostSpans, type Confirmation, type ConfirmRequest, type Confirmed } from "./confirm-candidates.ts";

export interface KitScanRequest extends Pick<ScanRequest, "target" | "wanted" | "keep"> {
  readonly kit: Kit;
  /** asks a home that has the values; nothing where there is none to ask */
  readonly confirm?: (request: ConfirmRequest) => Promise<Confirmation>;
}

/** Findings are confirmed ones. */
export interface KitScanResult extends ScanResult {
  /** what may be a value, and nobody could tell; named by the kit's tag, or its name */
  readonly candidates: readonly Candidate[];
  /** places of which it is known that no value stands there */
  readonly refuted: number;
  readonly kit: { readonly madeAt: number; readonly tags: number };
  /** why the home that was asked did not tell */
  readonly unasked?: { readonly code: ErrorCode; readonly message: string };
}

interface Candidate extends Omit<ScanFinding, "candidate"> {
  readonly tag: string;
}

/** Looks with a kit, without store and key; then asks which of the candidates are values, if there is a home to ask. */
export async function scanWithKit(context: Context, request: KitScanRequest): Promise<KitScanResult> {
  const { kit, target, wanted = "both", confirm, keep } = request;
  const { findings: found, ...result } = await scan(context, { kit, target, wanted });
  const looked = keep && confirm && (await lookedAt(context, target, { ...keep, left: result.left }));
  const places = looked === undefined ? [] : await candidatePlaces(looked, found);
  const asked = await ask(kit, { found, places }, confirm);
  const bySpan = Map.groupBy(asked.confirmed, ({ span }) => span);
  const findings: ScanFinding[] = [];
  const candidates: Candidate[] = [];
  let refuted = 0;
  for (const { candidate, ...place } of found) {
    if (candidate === undefined) continue;
    const owners = candidate.spans.flatMap((span) => bySpan.get(span) ?? []);
    if (owners.length > 0) findings.push(...owners.map((owner) => ownedPlace(place, owner)));
    else if (asked.complete) refuted += 1;
    else candidates.push({ ...place, tag: candidate.tag });
  }
  const about = { madeAt: kit.madeAt, tags: kit.tags.length };
  const unasked = asked.failure === undefined ? {} : { unasked: asked.failure };
  return { ...result, findings, candidates, refuted, kit: about, ...unasked };
}

/** FILE_UNREADABLE where it can't be read, or is no kit. */
export async function readKit(file: string): Promise<Kit> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new AppError("FILE_UNREADABLE", `${file} can't be read`, { cause });
  });
  const kit = parseKit(text);
  if (kit !== undefined) return kit;
  throw new AppError("FILE_UNREADABLE", `${file} is no scan kit of this version`, {
    hint: "where the store is, `keyturn scan-kit export --out FILE` makes one",
  });
}

interface Asked extends Confirmation {
  readonly failure?: KitScanResult["unasked"];
}

interface Question {
  readonly found: readonly ScanFinding[];
  /** where they stand, for the store to keep */
  readonly places: readonly CandidatePlace[];
}

const nobody: Asked = { confirmed: [], complete: false };

/** In as many calls as it takes. What was found is told in any case: a home that does not answer ends no scan. */
async function ask(kit: Kit, { found, places }: Question, confirm: KitScanRequest["confirm"]): Promise<Asked> {
  const spans = [...new Set(found.flatMap(({ candidate }) => candidate?.spans ?? []))];
  if (confirm === undefined || spans.length === 0) return nobody;
  const answers: Confirmation[] = [];
  try {
    for (let at = 0; at < spans.length; at += mostSpans) {
      const some = spans.slice(at, at + mostSpans);
      const own = places.filter(({ span }) => some.includes(span)).slice(0, mostPlaces);
      const where = own.length === 0 ? {} : { places: own };
      answers.push(await confirm({ kit: kitMark(kit), spans: some, ...where }));
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message } = error;
    return { confirmed: answers.flatMap(({ confirmed }) => confirmed), complete: false, failure: { code, message } };
  }
  return {
    confirmed: answers.flatMap(({ confirmed }) => confirmed),
    complete: answers.every(({ complete }) => complete),
  };
}

function ownedPlace(place: Omit<ScanFinding, "candidate">, { name, version, environment, scope, state }: Confirmed) {
  return { ...place, name, version, environment, scope, state };
}
