import { createHash } from "node:crypto";
import { dirname } from "node:path/posix";
import { AppError } from "#kernel";
import type { TargetAddress } from "../address.ts";
import { bootstrapFunctions, helperPlace, helperText, helperVersion } from "../helper/helper-text.ts";
import { takeOverSteps, type MarkedTarget } from "./take-over.ts";
import { allowlistLines, checked, grammar, type PrepareCommand } from "./allowlist.ts";

export interface BootstrapOptions {
  /** the user that Keyturn logs in as; must exist. For `root` no sudo rule is made */
  readonly deployUser: string;
  /** installed under /etc/systemd/system */
  readonly unitFiles: readonly { readonly path: string; readonly text: string }[];
  /** system users without a login; made when they are missing */
  readonly serviceUsers: readonly { readonly name: string; readonly home?: string }[];
  /** beside the folders of the targets' own files, which are root's so that a service user can't swap paths there */
  readonly folders: readonly BootstrapFolder[];
  readonly prepareCommands: readonly PrepareCommand[];
  /** targets that another controller has, and root gives to this one */
  readonly takeOver?: readonly MarkedTarget[];
}

export interface BootstrapFolder {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

export interface BootstrapStep {
  readonly title: string;
  readonly detail: string;
}

export interface BootstrapPlan {
  readonly host: string;
  readonly steps: readonly BootstrapStep[];
  /** POSIX sh, run as root; may be run again: what is there already stays */
  readonly script: string;
}

interface ScriptedStep extends BootstrapStep {
  readonly script: string;
}

/** What a machine needs once. Nothing secret is in it: it can be read, sent and kept by anyone. */
export function bootstrapPlan(
  host: string,
  targets: readonly TargetAddress[],
  options: BootstrapOptions,
): BootstrapPlan {
  const steps = [
    helperStep(),
    ...options.serviceUsers.map(userStep),
    ...foldersOf(targets, options.folders).map(folderStep),
    allowlistStep(targets, options.prepareCommands),
    ...(options.deployUser === "root" ? [] : [sudoStep(options.deployUser)]),
    ...options.unitFiles.map(unitFileStep),
    ...unitSteps(targets, options.unitFiles.length > 0),
    ...takeOverSteps(options.takeOver ?? []),
  ];
  const body = steps.map(({ title, script }, index) => `begin ${index} # ${title}\n${script}\nend`);
  const script = `${bootstrapFunctions()}\nmain() {\n${body.join("\n\n")}\n}\necho\nmain </dev/null\n`;
  return { host, steps: steps.map(({ title, detail }) => ({ title, detail })), script };
}

function helperStep(): ScriptedStep {
  return {
    title: "helper",
    detail: `${helperPlace.path}, version ${helperVersion}, root's, mode 755`,
    script: [
      folder({ path: dirname(helperPlace.path), owner: "root", group: "root", mode: "755" }),
      folder({ path: helperPlace.state, owner: "root", group: "root", mode: "700" }),
      file(helperPlace.path, "755", helperText()),
    ].join("\n"),
  };
}

function userStep({ name, home }: BootstrapOptions["serviceUsers"][number]): ScriptedStep {
  const words = [
    checked("user", name, grammar.names),
    ...(home === undefined ? [] : [checked("home", home, grammar.paths)]),
  ];
  return { title: `user ${name}`, detail: "a system user without a login", script: `service_user ${words.join(" ")}` };
}

/** The folder of an environment file, and of a site, must be root's; where the caller says more, that holds. */
function foldersOf(targets: readonly TargetAddress[], more: readonly BootstrapFolder[]): readonly BootstrapFolder[] {
  const own = targets.flatMap(({ runtime }): string[] => {
    if (runtime.kind === "process" || runtime.kind === "docker") return [];
    return [runtime.kind === "site" ? runtime.path : dirname(runtime.file.path)];
  });
  const needed = new Set(own);
  for (const { path, owner, mode } of more) {
    if (!needed.has(path) || (owner === "root" && !/[2367].?$/.test(mode))) continue;
    throw new AppError(
      "MANIFEST_INVALID",
      `${path} holds a delivered file, so it must be root's and written by nobody else`,
    );
  }
  const given = new Set(more.map(({ path }) => path));
  const rest = [...needed].filter((path) => !given.has(path));
  return [...rest.map((path) => ({ path, owner: "root", group: "root", mode: "755" })), ...more];
}

function folderStep(wanted: BootstrapFolder): ScriptedStep {
  const { path, owner, group, mode } = wanted;
  return { title: `folder ${path}`, detail: `${owner}:${group}, mode ${mode}`, script: folder(wanted) };
}

function allowlistStep(targets: readonly TargetAddress[], commands: readonly PrepareCommand[]): ScriptedStep {
  const lines = allowlistLines(targets, commands);
  const ids = targets.map(({ id }) => id).join(" ");
  return {
    title: "allowlist",
    detail: `${helperPlace.allowlist}: ${targets.map(({ id }) => id).join(", ")}; other platforms' targets stay`,
    script: [
      folder({ path: dirname(helperPlace.allowlist), owner: "root", group: "root", mode: "755" }),
      `allow ${helperPlace.allowlist} '${ids}' ${heredoc(`${lines.join("\n")}\n`)}`,
    ].join("\n"),
  };
}

function sudoStep(user: string): ScriptedStep {
  checked("deploy user", user, grammar.names);
  const path = `/etc/sudoers.d/keyturn-${user.replace(/[^A-Za-z0-9_-]/g, "_")}`;
  // a host that records what passes through sudo would record the files
  const defaults = `Defaults!${helperPlace.path} !use_pty, !requiretty, !log_input, !log_output`;
  const rule = `${user} ALL=(root) NOPASSWD: ${helperPlace.path} ""`;
  return {
    title: `sudo rule for ${user}`,
    detail: `${path}: the helper without arguments, and nothing else`,
    script: `sudo_rule ${path} ${user} ${heredoc(`${defaults}\n${rule}\n`)}`,
  };
}

function unitFileStep({ path, text }: BootstrapOptions["unitFiles"][number]): ScriptedStep {
  checked("unit file", path, /^\/etc\/systemd\/system\/[A-Za-z0-9@._\\-]+(?:\.d\/[A-Za-z0-9@._-]+)?$/);
  return {
    title: `unit file ${path.slice("/etc/systemd/system/".length)}`,
    detail: path,
    script: file(path, "644", text),
  };
}

function unitSteps(targets: readonly TargetAddress[], reload: boolean): readonly ScriptedStep[] {
  const units = targets.flatMap(({ runtime }) =>
    runtime.kind === "systemd" ? runtime.instances.map(({ unit }) => unit) : [],
  );
  const reloading = { title: "systemd", detail: "read its unit files again if one changed", script: "reload_units" };
  const enabling = units.map((unit) => ({
    title: `enable ${unit}`,
    detail: "started at boot; not started now",
    script: `enable_unit '${checked("unit", unit, grammar.units)}'`,
  }));
  return [...(reload ? [reloading] : []), ...enabling];
}

function folder({ path, owner, group, mode }: BootstrapFolder): string {
  const words = [
    checked("folder", path, grammar.paths),
    checked("owner", owner, grammar.names),
    checked("group", group, grammar.names),
    checked("mode", mode, grammar.modes),
  ];
  return `folder ${words.join(" ")}`;
}

function file(path: string, mode: string, text: string): string {
  return `file ${path} ${mode} ${heredoc(text)}`;
}

/** The end mark is made from the text, so that no text can hold it. */
function heredoc(text: string): string {
  const whole = text.endsWith("\n") ? text : `${text}\n`;
  const mark = `END_${createHash("sha256").update(whole).digest("hex").slice(0, 16)}`;
  return `<<'${mark}'\n${whole}${mark}`;
}
