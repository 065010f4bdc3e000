import type { Finding } from "#kernel";
import type { CodeUse } from "./use.ts";
import { nearest } from "../manifest/nearest.ts";
import type { Contract } from "../variable.ts";

/** Names that the platform below gives a process, so that no example lists them. */
const given: ReadonlySet<string> = new Set(
  (
    "PATH HOME USER LOGNAME SHELL PWD OLDPWD TERM LANG LC_ALL TZ TMPDIR TEMP TMP HOSTNAME EDITOR DISPLAY COLORTERM " +
    "NODE_ENV CI NO_COLOR FORCE_COLOR PYTHONPATH VIRTUAL_ENV VITEST JEST_WORKER_ID " +
    "NOTIFY_SOCKET LISTEN_FDS LISTEN_PID INVOCATION_ID MAINPID JOURNAL_STREAM WATCHDOG_USEC CREDENTIALS_DIRECTORY " +
    "RUNTIME_DIRECTORY STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY KEYTURN_RELEASE KEYTURN_FILE"
  ).split(" "),
);

/** What the code reads and the example lacks (`@accepts=NAME` declares a name beside its variable), each name once at its first place; and what the example has and nothing reads. */
export function compareCode(contract: Contract, uses: readonly CodeUse[]): readonly Finding[] {
  const declared = contract.variables.map((variable) => variable.name);
  const known = new Set([...declared, ...contract.variables.flatMap(({ accepts }) => accepts)]);
  const set = new Set(uses.filter((use) => use.kind === "set").map((use) => use.name));
  const read = new Map<string, CodeUse>();
  for (const use of uses) if (use.kind === "read" && !read.has(use.name)) read.set(use.name, use);
  const lacking = [...read.values()].filter(({ name }) => !known.has(name) && !given.has(name) && !set.has(name));
  const near = (name: string, index: number) => (index < mostCompared ? nearest(name, declared) : undefined);
  return [...lacking.map((use, index) => undeclared(use, contract, near(use.name, index))), ...unread(contract, read)];
}

/** Whoever has more has no slip of the pen before him, and each is compared with every name. */
const mostCompared = 100;

function undeclared({ name, position }: CodeUse, contract: Contract, close: string | undefined): Finding {
  const message = `${name} is read here, and ${contract.file} lacks it${close === undefined ? "" : `, did you mean ${close}?`}`;
  return {
    severity: "error",
    code: "variable-undeclared",
    message,
    position,
    hint: `add ${name}= to ${contract.file}`,
  };
}

/** Something else may read it: a library by itself, or a name put together. So a notice. */
function unread(contract: Contract, read: ReadonlyMap<string, CodeUse>): readonly Finding[] {
  const inTemplates = new Set(
    contract.variables.flatMap((variable) =>
      (variable.fallback ?? []).flatMap((part) => (part.kind === "reference" ? [part.name] : [])),
    ),
  );
  return contract.variables
    .filter(({ name }) => !read.has(name) && !inTemplates.has(name))
    .map(({ name, position }) => {
      const message = `${name} is in the example, and no code that was looked at reads it`;
      return { severity: "notice", code: "variable-unread", message, position };
    });
}
