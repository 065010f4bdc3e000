import { AppError } from "#kernel";
import type { RuntimeAddress, TargetAddress, UnitAddress } from "../address.ts";

/** A command of the manifest that a host runs as the service's own user before anything is changed there. */
export interface PrepareCommand {
  readonly target: string;
  readonly index: number;
  readonly user: string;
  readonly directory: string;
  readonly command: readonly string[];
}

/** The allowlist's lines for these targets; every field is checked here as the helper checks it again. */
export function allowlistLines(
  targets: readonly TargetAddress[],
  commands: readonly PrepareCommand[] = [],
): readonly string[] {
  return [...targets.map(targetLine), ...commands.map(commandLine)];
}

function targetLine({ id, runtime }: TargetAddress): string {
  const name = checked("target", id, names);
  switch (runtime.kind) {
    case "systemd":
      return ["systemd", name, ...fileWords(runtime), unitsWord(runtime.instances)].join(" ");
    case "compose":
      return [
        "compose",
        name,
        ...fileWords(runtime),
        unitsWord(runtime.instances),
        checked("compose project", runtime.project, paths),
        checked("compose file", `/${runtime.composeFile}`, paths).slice(1),
      ].join(" ");
    case "site":
      return [
        "site",
        name,
        checked("site", runtime.path, paths),
        checked("owner", runtime.owner, names),
        checked("group", runtime.group, names),
      ].join(" ");
    case "process":
      throw new AppError("MANIFEST_INVALID", `${id} runs as a local process, which no host has to be prepared for`);
    case "docker":
      throw new AppError("MANIFEST_INVALID", `${id} is a container, which no host has to be prepared for`);
  }
}

function fileWords({ file }: Extract<RuntimeAddress, { kind: "systemd" | "compose" }>): readonly string[] {
  return [
    checked("file", file.path, paths),
    checked("owner", file.owner, names),
    checked("group", file.group, names),
    checked("mode", file.mode, modes),
  ];
}

function unitsWord(instances: readonly UnitAddress[]): string {
  const word = ({ instance, unit }: UnitAddress) =>
    `${instance === "" ? "-" : checked("instance", instance, units)}=${checked("unit", unit, units)}`;
  return instances.map(word).join(",");
}

function commandLine({ target, index, user, directory, command }: PrepareCommand): string {
  const place = [checked("target", target, names), String(index), checked("user", user, names)];
  return ["prepare", ...place, checked("folder", directory, paths), ...command.map(escapedWord)].join(" ");
}

/** `\0ooo` for every byte but plain letters: what `printf %b` of any shell turns back. */
function escapedWord(word: string): string {
  if (word === "") throw new AppError("MANIFEST_INVALID", "a prepare command has an empty word");
  return [...Buffer.from(word, "utf8")]
    .map((byte) => {
      if (byte === 0) throw new AppError("MANIFEST_INVALID", "a prepare command has a NUL byte");
      const letter = String.fromCharCode(byte);
      return /[A-Za-z0-9._/:=@,+-]/.test(letter) ? letter : `\\0${byte.toString(8).padStart(3, "0")}`;
    })
    .join("");
}

const names = /^[A-Za-z0-9_@][A-Za-z0-9@._-]*$/;
const units = /^[A-Za-z0-9_@.:\\][A-Za-z0-9@._:\\-]*$/;
const paths = /^(?!.*\/\/)(?!.*\/\.\.?(?:\/|$))\/[A-Za-z0-9._/@+-]*[A-Za-z0-9._@+-]$/;
const modes = /^0?[0-7]{3}$/;

export function checked(what: string, text: string, grammar: RegExp): string {
  if (grammar.test(text)) return text;
  throw new AppError("MANIFEST_INVALID", `the ${what} ${JSON.stringify(text)} has letters that no host accepts`);
}

export const grammar = { names, units, paths, modes };
