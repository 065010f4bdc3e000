import type { OutsideIssuer } from "#contract";
import { AppError, Sensitive, type Finding } from "#kernel";
import { createMask } from "#leak";
import { isOneValue, pairIn, withoutEnd, writtenIn } from "./command-answer.ts";
import { runChild, type ChildEnd } from "./child.ts";
import { textOf } from "./connection-value.ts";
import type { Means } from "./means.ts";
import type { Intent, Issued, Issuer } from "./issuer.ts";

type Entry = Extract<OutsideIssuer, { kind: "command" }>;

/**
 * A command of the platform's own. What it is to do and every value come on its standard input, as one JSON document; the
 * new value is what it writes. Nothing of it stands in its arguments or its environment.
 */
export function commandIssuer(entry: Entry, means: Means): Issuer {
  const [program = ""] = entry.run;
  return {
    does: `the value that ${program} makes`,
    where: program,
    overlap: entry.overlap,
    make: (intent) => make(entry, means, intent),
    async revoke(intent, which) {
      const value = which === "old" ? intent.present : intent.made;
      const other = which === "old" ? intent.companion?.present : intent.companion?.made;
      await run(entry, means, intent, { do: "revoke", which, ...known({ value, other }) });
    },
  };
}

async function make(entry: Entry, means: Means, intent: Intent): Promise<Issued> {
  const { companion, present } = intent;
  const { output, lines } = await run(entry, means, intent, {
    do: "make",
    ...known({ value: present, other: companion?.present }),
  });
  if (companion !== undefined) return pairIn(output, intent.name, companion.name, () => noPair(entry, intent, lines));
  const value = withoutEnd(output);
  if (value.byteLength === 0) throw refused(`${entry.run[0]} made no value: it wrote nothing`, lines);
  if (!isOneValue(value)) {
    throw refused(`${entry.run[0]} wrote more than one line: expected the value alone on standard output`, lines);
  }
  return { value: Sensitive.of(value), notices: [] };
}

function noPair(entry: Entry, { name, companion }: Intent, lines: readonly Finding[]): AppError {
  const shape = `{"${name}":"…","${companion?.name ?? ""}":"…"}`;
  return refused(`${entry.run[0]} made no pair: expected one JSON document, ${shape}`, lines);
}

function known({ value, other }: { readonly value: Sensitive | undefined; readonly other: Sensitive | undefined }) {
  return { ...(value === undefined ? {} : { value }), ...(other === undefined ? {} : { other }) };
}

interface Order {
  readonly do: "make" | "revoke";
  readonly which?: "old" | "new";
  /** to make another instead of it, or to be revoked; absent where nobody knows it */
  readonly value?: Sensitive;
  /** of a pair, the other name's */
  readonly other?: Sensitive;
}

async function run(
  { run: command, values, timeout }: Entry,
  means: Means,
  { id, name, compromised, companion, ...intent }: Intent,
  { value, other, ...order }: Order,
) {
  const given = new Map(await Promise.all(values.map(async (one) => [one, await means.value(one)] as const)));
  const document = {
    ...order,
    id,
    name,
    environment: means.environment,
    compromised,
    ...(value === undefined ? {} : { value: textOf(value) }),
    ...(companion === undefined
      ? {}
      : { companion: { name: companion.name, ...(other === undefined ? {} : { value: textOf(other) }) } }),
    values: Object.fromEntries([...given].map(([one, text]) => [one, textOf(text)])),
  };
  const { folder, variables } = means;
  const input = Buffer.from(`${JSON.stringify(document)}\n`, "utf8");
  const end = await runChild(command, { folder, variables, input, timeout });
  const output = end.kind === "exited" ? end.output : Buffer.alloc(0);
  const secrets = new Map([...given, ...writtenIn(output, [name, companion?.name])]);
  const around = [
    ...secrets,
    ["the value before", intent.present] as const,
    ["the new value", value] as const,
    ["its key before", companion?.present] as const,
    ["its new key", other] as const,
  ];
  const lines = end.kind === "exited" ? linesOf(end.errors, around) : [];
  refuseEnd(command[0] ?? "", end, lines);
  return { output, lines };
}

/** As sysexits.h has it: a temporary failure, and the same call may work later. */
const temporary = 75;

function refuseEnd(program: string, end: ChildEnd, lines: readonly Finding[]): void {
  switch (end.kind) {
    case "unstartable":
      throw refused(`${program} can't be started`, []);
    case "late":
      throw new AppError("ISSUER_UNREACHABLE", `${program} did not end in time`);
    case "endless":
      throw refused(`${program} wrote more than any value is long`, []);
    case "exited":
      if (end.code === temporary) {
        throw new AppError("ISSUER_UNREACHABLE", `${program} can't do it now (it ended with ${temporary})`, {
          findings: lines,
        });
      }
      if (end.code !== 0) throw refused(`${program} ended with ${end.code}`, lines);
  }
}

function refused(message: string, findings: readonly Finding[]): AppError {
  return new AppError("ISSUER_REFUSED", message, { findings });
}

/** A screen's worth of what it said on its standard error, without the values that are known. */
const mostLines = 20;
const longestLine = 400;

function linesOf(text: string, known: readonly (readonly [string, Sensitive | undefined])[]): readonly Finding[] {
  const secrets = known.flatMap(([name, value]) => {
    return value === undefined || value.byteLength === 0 ? [] : [{ name, value, sensitive: true }];
  });
  const mask = createMask(secrets);
  const masked = Buffer.concat([mask.write(Buffer.from(text, "utf8")), mask.end()]).toString("utf8");
  return masked
    .split("\n")
    .map((line) => line.replace(/\p{Cc}|\p{Cf}/gu, "").slice(0, longestLine))
    .filter((line) => line.trim() !== "")
    .slice(-mostLines)
    .map((message) => ({ severity: "notice", code: "said", message }));
}
