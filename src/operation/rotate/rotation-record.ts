import { AppError } from "#kernel";
import { rotates, type Issuance, type Rotation, type RotationEntry } from "#store";
import { inEnvironment, type Context } from "../context.ts";
import type { RotateEnd } from "./rotate-end.ts";
import { hasPromoted } from "./promote.ts";

export interface OpenedRotation {
  readonly rotation: Rotation;
  /** everyone was seen to have what its present step gives them */
  readonly proved: boolean;
}

export type NewEntry = Pick<RotationEntry, "kind" | "subject" | "detail">;

/** NOT_FOUND where it is not open any more. */
export function openRotation(context: Context, id: string): Promise<OpenedRotation> {
  return inEnvironment(context, async ({ rotations }) => {
    const rotation = await rotations.find(id);
    if (rotation?.state !== "open") throw new AppError("NOT_FOUND", `the rotation ${id} is not open`);
    const entries = await rotations.entries(id);
    const last = entries.findLast(({ step, kind }) => step === rotation.step && turning.has(kind));
    return { rotation, proved: rotation.step === 0 || (last !== undefined && reached.has(last.kind)) };
  });
}

/** Where it became an emergency, it does not matter any more what everyone has. */
const reached: ReadonlySet<string> = new Set(["proved", "compromised"]);

/** What says whether a step is reached. Behind a way back that was cut short everyone has it, or the next one. */
const turning: ReadonlySet<string> = new Set([...reached, "failed"]);

/** On the way back to its present step it was cut short: some still have the one behind. */
export function isHalfBack(context: Context, { id, step: present }: Rotation): Promise<boolean> {
  return inEnvironment(context, async ({ rotations }) => {
    const own = (await rotations.entries(id)).filter(({ step }) => step === present);
    return own.findLast(({ kind }) => kind === "back" || turning.has(kind))?.kind === "back";
  });
}

/** Of this name; NOT_FOUND where none is open. */
export function findOpenRotation(context: Context, name: string): Promise<Rotation> {
  return inEnvironment(context, async ({ rotations }) => {
    const rotation = (await rotations.open()).find((one) => rotates(one, name) || one.id === name);
    if (rotation !== undefined) return rotation;
    throw noneOpen(name);
  });
}

export function noneOpen(name: string): AppError {
  return new AppError("NOT_FOUND", `no rotation of ${name} is open`, { hint: `\`keyturn rotate ${name}\` begins one` });
}

/** Of this name, what is not settled and has no rotation that is open; oldest first. */
export function openIssuances(context: Context, name: string): Promise<readonly Issuance[]> {
  return inEnvironment(context, async ({ issuances }) =>
    (await issuances.open()).filter((one) => (concerns(one, name) || one.id === name) && one.state !== "issued"),
  );
}

function concerns({ name, companion }: Issuance, wanted: string): boolean {
  return name === wanted || companion?.name === wanted;
}

/** Without both values at once, the way back begins outside, and there is none forward behind it. */
export async function refuseWithdrawn(context: Context, { id, name }: Rotation): Promise<void> {
  const issuance = await inEnvironment(context, ({ issuances }) => issuances.find(id));
  if (issuance === undefined || issuance.state === "issued" || hasPromoted(issuance)) return;
  throw new AppError("ROTATION_REFUSED", `the new value of ${name} is being taken back`, {
    hint: `\`keyturn rotate ${name} --back\` brings that to its end`,
  });
}

/** Everything that it changes. */
export function servicesOf({ steps }: Rotation): readonly string[] {
  return [...new Set(steps.flatMap(({ services }) => services))];
}

/** Written down at the rotation's present step. */
export async function note(context: Context, { id, step }: Rotation, entries: readonly NewEntry[]): Promise<void> {
  await inEnvironment(context, async ({ rotations }) => {
    for (const entry of entries) await rotations.append(id, { step, ...entry });
  });
}

/** Does the work, and writes down why the rotation stays open behind it: who comes later was not there when it was told. */
export async function noted(context: Context, id: string, work: () => Promise<RotateEnd>): Promise<RotateEnd> {
  const [result] = await Promise.allSettled([work()]);
  const reason = heldReason(result);
  if (reason !== undefined) {
    // a store that is away must not hide how it ended
    await noteHeld(context, id, reason).catch(() => undefined);
  }
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

/** What is no failure of ours may say anything. */
function heldReason(result: PromiseSettledResult<RotateEnd>): string | undefined {
  if (result.status === "fulfilled") return result.value.kind === "held" ? result.value.reason : undefined;
  return result.reason instanceof AppError ? `${result.reason.code}: ${result.reason.message}` : "INTERNAL";
}

function noteHeld(context: Context, id: string, detail: string): Promise<void> {
  return inEnvironment(context, async ({ rotations }) => {
    const rotation = await rotations.find(id);
    if (rotation?.state === "open")
      await rotations.append(id, { step: rotation.step, kind: "held", subject: "", detail });
  });
}
