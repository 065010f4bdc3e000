import { unreachable } from "#kernel";
import type { TargetAddress } from "../address.ts";
import type {
  Carried,
  FileObservation,
  FilesRead,
  InstanceObservation,
  RecordName,
  Shadow,
  TargetObservation,
} from "../observation.ts";
import { broken, throwRefusal, type LineReader } from "./decode.ts";

/** Reads the blocks `target … observed` in the order in which they were asked for; behind the last the stream rests. */
export function observationReader(
  host: string,
  targets: readonly TargetAddress[],
  onObservation: (observation: TargetObservation) => void,
): LineReader {
  let next = 0;
  let open: Draft | undefined;
  return (line) => {
    const words = line.trimEnd().split(" ");
    const [word = "", ...rest] = words;
    throwRefusal(host, line);
    if (open === undefined) {
      if (word !== "target" || rest[0] !== targets[next]?.id)
        throw broken(host, "another target than the one asked for");
      open = { owner: { kind: "none" }, instances: [] };
    } else if (word === "observed") {
      if (open.file === undefined)
        throw broken(host, `nothing of the file of ${rest[0] === targets[next]?.id ? rest[0] : "a target"}`);
      onObservation({ target: targets[next]?.id ?? "", ...open, file: open.file });
      open = undefined;
      next += 1;
      if (next === targets.length) return "rest";
    } else {
      const more = decodeLine(word, rest, open);
      if (more === undefined) throw broken(host, `the observation of ${targets[next]?.id ?? "a target"}`);
      open = { ...open, ...more };
    }
    return false;
  };
}

interface Draft {
  readonly owner: TargetObservation["owner"];
  readonly reader?: NonNullable<TargetObservation["reader"]>;
  readonly record?: RecordName;
  readonly previous?: RecordName;
  readonly file?: FileObservation;
  readonly leftover?: true;
  readonly instances: readonly InstanceObservation[];
}

function decodeLine(word: string, rest: readonly string[], draft: Draft): Partial<Draft> | undefined {
  switch (word) {
    case "owner": {
      const owner = decodeOwner(rest);
      return owner && { owner };
    }
    case "reader":
      return isOneOf(readers, rest[0]) ? { reader: rest[0] } : undefined;
    case "record": {
      const record = decodeName(rest);
      return record && { record };
    }
    case "previous": {
      const previous = decodeName(rest);
      return previous && { previous };
    }
    case "file": {
      const file = decodeFile(rest);
      return file && { file };
    }
    case "rewritten":
      return draft.file?.kind === "present" ? { file: { ...draft.file, rewritten: true } } : undefined;
    case "foreign": {
      if (draft.file?.kind !== "present" || !rest.every(isVariable)) return undefined;
      return rest.length === 0 ? {} : { file: { ...draft.file, foreign: rest } };
    }
    case "leftover":
      return { leftover: true };
    case "reads": {
      const reads = decodeReads(rest);
      return reads && withInstance(draft, rest[0], (instance) => ({ ...instance, reads }));
    }
    case "shadow": {
      const shadow = decodeShadow(rest);
      return shadow && withInstance(draft, rest[0], (instance) => addShadow(instance, shadow));
    }
    case "instance": {
      const instance = decodeInstance(rest);
      return instance && draft.instances.length < 1000 ? { instances: [...draft.instances, instance] } : undefined;
    }
    default:
      return undefined;
  }
}

function decodeOwner([owner, epoch, lease, head]: readonly string[]): TargetObservation["owner"] | undefined {
  if (!isWord(owner) || !isNumber(epoch) || !isNumber(lease) || !isWord(head)) return undefined;
  return { kind: "owned", owner, epoch: Number(epoch), lease: Number(lease), auditHead: head === "-" ? "" : head };
}

function decodeName([release, digest]: readonly string[]): RecordName | undefined {
  return isWord(release) && isWord(digest) ? { release, digest } : undefined;
}

function decodeFile([kind, owner, group, mode, modified, content]: readonly string[]): FileObservation | undefined {
  if (kind === "missing") return { kind: "missing" };
  if (kind !== "present" || !isWord(owner) || !isWord(group) || !isNumber(modified)) return undefined;
  if (mode === undefined || !/^[0-7]{1,4}$/.test(mode) || !isOneOf(contents, content)) return undefined;
  return { kind: "present", owner, group, mode, content, modifiedAt: Number(modified) * 1000 };
}

function decodeInstance(words: readonly string[]): InstanceObservation | undefined {
  const [instance, unit, state, pid, invocation, since, carries, ...names] = words;
  if (!isWord(instance) || !isWord(unit) || !isOneOf(states, state) || !isNumber(pid) || !isWord(invocation))
    return undefined;
  if (!isWord(since) || !/^(?:-|\d{1,15})$/.test(since) || !isOneOf(carriedKinds, carries)) return undefined;
  if (!names.every(isVariable)) return undefined;
  return {
    instance: instance === "-" ? "" : instance,
    unit,
    state,
    ...(Number(pid) > 0 ? { pid: Number(pid) } : {}),
    ...(invocation === "-" ? {} : { invocation }),
    ...(since === "-" ? {} : { startedAt: Number(since) }),
    carries: carriedOf(carries, names),
  };
}

/** A line about an instance that was told before. */
function withInstance(
  draft: Draft,
  word: string | undefined,
  change: (instance: InstanceObservation) => InstanceObservation | undefined,
): Partial<Draft> | undefined {
  const at = draft.instances.findIndex(({ instance }) => instance === (word === "-" ? "" : word));
  const found = draft.instances[at];
  const changed = found && change(found);
  return changed && { instances: draft.instances.with(at, changed) };
}

function addShadow(instance: InstanceObservation, shadow: Shadow): InstanceObservation | undefined {
  const { shadows = [] } = instance;
  return shadows.length < 100 ? { ...instance, shadows: [...shadows, shadow] } : undefined;
}

function decodeReads([, saidIn, ...files]: readonly string[]): FilesRead | undefined {
  if (!isPath(saidIn) || !files.every(isPath) || files.length > 100) return undefined;
  return { files, ...(saidIn === "-" ? {} : { saidIn }) };
}

function decodeShadow([, kind, wins, path, ...names]: readonly string[]): Shadow | undefined {
  if (!isOneOf(shadowKinds, kind) || !isOneOf(winners, wins) || !isPath(path)) return undefined;
  if (names.length === 0 || !names.every(isVariable)) return undefined;
  return { kind, wins, ...(path === "-" ? {} : { path }), names };
}

function carriedOf(kind: Carried["kind"], names: readonly string[]): Carried {
  switch (kind) {
    case "recorded":
    case "previous":
    case "unknown":
      return { kind };
    case "different":
      return { kind, names: names.toSorted() };
    default:
      return unreachable(kind);
  }
}

const contents = ["recorded", "previous", "edited", "unrecorded"] as const;
const readers = ["compose", "python"] as const;
const states = ["active", "starting", "stopping", "inactive", "failed", "missing"] as const;
const carriedKinds = ["recorded", "previous", "different", "unknown"] as const;
const shadowKinds = ["file", "unit", "dotenv"] as const;
const winners = ["ours", "theirs", "unknown"] as const;

function isOneOf<const Word extends string>(words: readonly Word[], word: string | undefined): word is Word {
  return word !== undefined && (words as readonly string[]).includes(word);
}

function isWord(word: string | undefined): word is string {
  return word !== undefined && /^[A-Za-z0-9@._:\\/+-]{1,300}$/.test(word);
}

/** Letters that a machine can't show there are question marks. */
function isPath(word: string | undefined): word is string {
  return word !== undefined && (word === "-" || /^[A-Za-z0-9@._:\\/+?*-]{1,300}$/.test(word));
}

function isVariable(word: string): boolean {
  return /^[A-Za-z_]\w{0,200}$/.test(word);
}

function isNumber(word: string | undefined): word is string {
  return word !== undefined && /^\d{1,15}$/.test(word);
}
