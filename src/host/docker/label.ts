import type { Controller } from "../host.ts";
import type { ReleaseRecord } from "../request.ts";

/** What a container of ours tells of itself: it was made with it, and it can't be changed. */
export interface Mark {
  readonly target: string;
  readonly controller: Controller;
  readonly record: ReleaseRecord;
}

const prefix = "keyturn.";

export function labelsOf({ target, controller, record }: Mark): Readonly<Record<string, string>> {
  const { owner, epoch, lease, auditHead } = controller;
  return {
    "keyturn.target": target,
    "keyturn.owner": owner,
    "keyturn.epoch": String(epoch),
    "keyturn.lease": String(lease),
    "keyturn.audit": auditHead,
    "keyturn.release": record.release,
    "keyturn.record": JSON.stringify(record),
  };
}

/** Undefined where a label is missing or is none that we would write: then it is somebody else's container. */
export function markIn(labels: Readonly<Record<string, unknown>>): Mark | undefined {
  const [target, owner, epoch, lease, auditHead, text] = ["target", "owner", "epoch", "lease", "audit", "record"].map(
    (name) => labels[prefix + name],
  );
  const record = recordIn(text);
  if (!fits(target, words) || !fits(owner, words) || !fits(auditHead, words)) return undefined;
  if (!fits(epoch, numbers) || !fits(lease, numbers) || record === undefined) return undefined;
  return { target, controller: { owner, epoch: Number(epoch), lease: Number(lease), auditHead }, record };
}

const words = /^[\x21-\x7e]{0,400}$/;
const numbers = /^\d{1,15}$/;

function recordIn(label: unknown): ReleaseRecord | undefined {
  const read: unknown = typeof label === "string" ? parsed(label) : undefined;
  if (typeof read !== "object" || read === null) return undefined;
  const { release, digest, salt, whole, variables } = read as Readonly<Record<string, unknown>>;
  if (!fits(release, /^r\d{1,14}$/) || !fits(digest, /^[0-9a-f]{16}$/)) return undefined;
  if (!fits(salt, /^[0-9a-f]{16,64}$/) || !fits(whole, /^[0-9a-f]{64}$/)) return undefined;
  if (!Array.isArray(variables) || !variables.every(isVariable)) return undefined;
  return { release, digest, salt, whole, variables };
}

function isVariable(value: unknown): value is ReleaseRecord["variables"][number] {
  if (typeof value !== "object" || value === null) return false;
  const { name, digest } = value as Readonly<Record<string, unknown>>;
  return fits(name, /^[A-Za-z_][A-Za-z0-9_]*$/) && fits(digest, /^[0-9a-f]{64}$/);
}

function fits(value: unknown, grammar: RegExp): value is string {
  return typeof value === "string" && grammar.test(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
