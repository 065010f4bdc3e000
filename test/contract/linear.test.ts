import { describe, expect, test } from "vitest";
import { parseTemplate, readContract, readManifest, readUnitFile, resolveTemplate, scanCode } from "#contract";
import { dialectNames, dialects } from "#dialect";
import { answerReader, contentReader } from "../../src/host/wire/decode.ts";
import { observationReader } from "../../src/host/wire/decode-observation.ts";
import type { TargetAddress } from "#host";
import { ownTime } from "../fuzz/growth.ts";

const runtime = { kind: "process", command: ["true"], directory: "/", instances: [] } as const;
const target: TargetAddress = { id: "a@h", service: "a", runtime };
const controller = { owner: "p/e/s", epoch: 1, lease: 1, auditHead: "" };

/** Everything that reads what others wrote. What it makes of it does not matter here. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  contract: (text) => readContract(text, ".env.example"),
  manifest: (text) => readManifest(text, "keyturn.yaml", { readText: () => undefined }),
  "unit file": (text) => readUnitFile("a.service", text),
  template: (text) => resolveTemplate(parseTemplate(text), { name: "A", lookup: () => undefined }),
  TypeScript: (text) => scanCode([{ path: "a.ts", text }]),
  Python: (text) => scanCode([{ path: "a.py", text }]),
  shell: (text) => scanCode([{ path: "a.sh", text }]),
  compose: (text) => scanCode([{ path: "docker-compose.yml", text }]),
  unit: (text) => scanCode([{ path: "a.service", text }]),
  "machine's answer": (text) => {
    const requests = [{ kind: "swap", target } as const];
    return answerReader("h", controller, { requests, onAnswer: () => {}, more: () => [], sent: () => 1 })(text);
  },
  "machine's observation": (text) => observationReader("h", [target], () => {})(text),
  "machine's content": (text) => contentReader("h", target, () => {})(text),
  ...Object.fromEntries(dialectNames.map((name) => [name, (text: string) => dialects[name].read(Buffer.from(text))])),
};

/** What a text begins with, and what follows again and again. */
const beginnings = ["", "A=", "A='", "# @type=enum(", "const a = `", "ExecStart="];
const units = ["a", "A=1\n", '"', "\\", "\n", " ", "$", "${", "${A:-", "(", "# @", "{"];
const more = ["/*", "/[", "process.env.", "const {", "os.environ[", "a: ", ":@", "a.", "export "];

describe("a hostile text four times as long takes a machine's time in proportion", () => {
  test.each(Object.entries(readers))("%s", { timeout: 120_000 }, (_, read) => {
    for (const beginning of beginnings) {
      for (const unit of [...units, ...more]) {
        const text = (length: number) => beginning + unit.repeat(length / unit.length);
        if (grows(read, text))
          expect.fail(`${JSON.stringify(beginning)}, then ${JSON.stringify(unit)} again and again`);
      }
    }
  });

  test("a map of many keys", () => {
    const text = (length: number) => Array.from({ length: length / 8 }, (_, index) => `k${index}: 1\n`).join("");
    expect(grows((all) => readManifest(all, "keyturn.yaml", { readText: () => undefined }), text)).toBe(false);
  });

  test("tells a reader whose time grows with the square", () => {
    expect(
      grows(
        (all) => /[a-z]+:$/.test(all),
        (length) => "a".repeat(length),
      ),
    ).toBe(true);
  });
});

/** Four times the text: 4 is in proportion, 16 the square. Short times are noise, so below a floor nothing is said. */
function grows(read: (text: string) => unknown, text: (length: number) => string): boolean {
  const short = 8_000;
  const floor = 25;
  // whoever is fast with the long one can't grow with the square
  const long = timeOf(read, text(4 * short));
  if (long < 8 * floor) return false;
  // by turns: who else computes on this machine slows the short and the long one down alike
  const rounds = [1, 2, 3].map(() => [timeOf(read, text(4 * short)), timeOf(read, text(short))] as const);
  const least = (times: readonly number[]) => Math.min(...times);
  return least(rounds.map(([longer]) => longer)) > 10 * Math.max(floor, least(rounds.map(([, shorter]) => shorter)));
}

function timeOf(read: (text: string) => unknown, text: string): number {
  const begin = ownTime();
  try {
    read(text);
  } catch {
    // refused is fine
  }
  return ownTime() - begin;
}
