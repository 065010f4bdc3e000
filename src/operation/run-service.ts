import { buildMatcher, maskWith, type Mask } from "#leak";
import { AppError, type Sensitive } from "#kernel";
import type { Context } from "./context.ts";
import { openService } from "./side-door.ts";

export interface RunRequest {
  readonly service: string;
  readonly host?: string;
  /** shown in the audit log: its first word only, arguments may hold anything */
  readonly command: readonly string[];
}

export interface RunEnvironment {
  readonly host: string;
  /** the caller's own variables, without the ones that lead to Keyturn's keys */
  readonly inherited: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<string, Sensitive>;
  /** a mask for one stream of output */
  readonly makeMask: () => Mask;
  /** names whose value is too short to be masked */
  readonly unmasked: readonly string[];
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
  const values = new Map(opened.variables.map(({ name, value }) => [name, value]));
  refuseUncarriable(values);
  const secrets = opened.variables.filter(({ sensitive }) => sensitive).map(({ name, value }) => ({ name, value }));
  const matcher = buildMatcher(secrets);
  return {
    host: opened.host,
    inherited: withoutKeys(context.processEnvironment),
    values,
    makeMask: () => maskWith(matcher),
    unmasked: matcher.unsearchable,
  };
}

function withoutKeys(variables: Context["processEnvironment"]): Readonly<Record<string, string>> {
  const keys = /^(?:KEYTURN_(?:KEY|PASSPHRASE|CREDENTIAL|TOKEN).*|CREDENTIALS_DIRECTORY)$/;
  const kept = Object.entries(variables).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && !keys.test(entry[0]);
  });
  return Object.fromEntries(kept);
}

/** The kernel hands no single `NAME=value` of this size to a process. Bytes. */
const longest = 131_072;

function refuseUncarriable(values: ReadonlyMap<string, Sensitive>): void {
  const findings = [...values].flatMap(([name, value]) => {
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
