import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFileContent, type BoundVariable } from "#binding";
import { buildMatcher, maskWith, unsearchableNames, type Mask, type MaskOptions, type Matcher } from "#leak";
import { AppError, type Sensitive } from "#kernel";
import type { Context } from "../context.ts";
import { callersOwn } from "./callers-own.ts";
import { separateFiles } from "./file-variable.ts";
import { writePrivate } from "./private-file.ts";
import { openService } from "./side-door.ts";

export interface RunRequest {
  readonly service: string;
  readonly host?: string;
  /** shown in the audit log: its first word only, arguments may hold anything */
  readonly command: readonly string[];
}

/** What a command gets, and what is masked in its output. */
export interface RunEnvironment {
  /** the caller's own variables, without the ones that lead to Keyturn's keys */
  readonly inherited: Readonly<Record<string, string>>;
  /** of a file variable the path of a 0600 file that is there until `close` */
  readonly values: ReadonlyMap<string, Sensitive>;
  /** a mask for one stream of output; the first one costs as much as a start, so ask when there is output */
  readonly makeMask: (options?: MaskOptions) => Mask;
  /** names whose value is too short to be masked */
  readonly unmasked: readonly string[];
  /** removes the files of file variables; call it when the command has ended */
  readonly close: () => Promise<void>;
}

/** The environment of one service, for one command. */
export async function environmentForRun(context: Context, request: RunRequest): Promise<RunEnvironment> {
  const { service, host, command } = request;
  const opened = await openService(context, {
    service,
    action: "value.run",
    detail: { command: command[0] ?? "" },
    ...(host === undefined ? {} : { host }),
  });
  refuseUncarriable(opened.variables);
  const folder = opened.variables.some(isFileContent) ? await mkdtemp(join(tmpdir(), "keyturn-run-")) : undefined;
  const close = async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  const { variables, attachments } = separateFiles(opened.variables, (name) => join(folder ?? "", name));
  try {
    for (const { name, content } of attachments) await writePrivate(join(folder ?? "", name), content, false);
  } catch (error) {
    await close();
    throw error;
  }
  const secrets = opened.variables.filter(({ sensitive }) => sensitive).map(({ name, value }) => ({ name, value }));
  let matcher: Matcher | undefined;
  return {
    inherited: callersOwn(context),
    values: new Map(variables.map(({ name, value }) => [name, value])),
    makeMask: (options) => maskWith((matcher ??= buildMatcher(secrets)), options),
    unmasked: unsearchableNames(secrets),
    close,
  };
}

/** The kernel hands no single `NAME=value` of this size to a process. Bytes. */
const longest = 131_072;

function refuseUncarriable(variables: readonly BoundVariable[]): void {
  const carried = variables.filter((one) => !isFileContent(one));
  const findings = carried.flatMap(({ name, value }) => {
    const reason = objection(name, value);
    return reason === undefined
      ? []
      : [
          {
            severity: "error" as const,
            code: "uncarriable",
            message: `${name} can't be put into an environment: ${reason}`,
          },
        ];
  });
  if (findings.length > 0) throw new AppError("VALUE_UNCARRIABLE", "the command was not started", { findings });
}

function objection(name: string, value: Sensitive): string | undefined {
  const bytes = value.reveal();
  if (bytes.includes(0)) return "it holds a NUL byte";
  if (name.length + bytes.byteLength + 2 > longest) return "it is 128 KiB or longer";
  return Buffer.from(bytes.toString("utf8"), "utf8").equals(bytes) ? undefined : "it is not UTF-8 text";
}
