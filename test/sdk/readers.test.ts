import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { checkValue, readContract } from "#contract";
import { dialects } from "#dialect";
import { checkEnvironment } from "../../sdk/src/environment/check.ts";
import { readEnvironmentFile } from "../../sdk/src/environment/file/systemd.ts";
import { readContract as readInService } from "../../sdk/src/environment/contract/contract.ts";

const root = join(import.meta.dirname, "../..");
const collected = join(root, "../shared/corpus/env-examples");
const examples = [
  ...globSync("examples/*/*/.env.example", { cwd: root }).map((name) => join(root, name)),
  ...(existsSync(collected) ? readdirSync(collected).map((name) => join(collected, name)) : []),
];

/** Of each variable what decides whether a service may start. */
function inKeyturn(text: string) {
  return readContract(text, ".env.example").variables.map(({ name, requirement, type, fallback }) => {
    return { name, requirement, type, ...(fallback === undefined ? {} : { fallback }) };
  });
}

function inService(text: string) {
  return [...readInService(text).values()];
}

const names = ["A", "PORT", "API_KEY", "DATABASE_URL", "VITE_X", "IS_ON", "lower", "EMAIL_PASSWORD", "_9", "9A", "B-C"];
const decorators = [
  "@required @optional @required=false @optional(true) @sensitive @public @sensitive=false @build @required() @type",
  "@type=port @type=url @type=integer @type=integer(min=1,max=9) @type=integer(min=x) @type=string(minLength=8)",
  "@type=url(schemes=https|wss) @type=url(https) @type=enum(a,b|c) @type=enum() @type=number(x) @type=file @type=port(1)",
  "@type(port) @required=if(A=1) @required=if(A) @required=if(A=1,B=2) @docs=x @unknown @anna wrote # ) ( , @type=json",
  "@type=string(maxLength=2,pattern=[a-z](b)) @type=string(pattern=() @type=string(x) @type=enum(",
].flatMap((line) => line.split(" "));
const words = [
  ..."1 0 -5 8080 70000 1.5 true yes a@b.cc https://a.example http://u:p@h/x change-me xxx your-key <KEY> ${A} $${A} ${".split(
    " ",
  ),
  ...'${A}/b ${PORT \' " ` \\n \\" \\${A} # ## ### --- === a b and or && || ; -> → A=1 \t \uFEFF export \\ ='.split(
    " ",
  ),
];
const comment = fc
  .array(fc.constantFrom(...decorators, ...words, '@type="port"', '@type=string(pattern="^(a|b), c$")'), {
    maxLength: 4,
  })
  .map((parts) => `# ${parts.join(" ")}`);
const value = fc
  .array(fc.constantFrom(...words, " ", "  #", " # @required", " # @type=port"), { maxLength: 4 })
  .chain((parts) => fc.constantFrom("", '"', "'", "`").map((quote) => `${quote}${parts.join("")}${quote}`));
const assignment = fc
  .tuple(fc.constantFrom("", "# ", "#", "## ", "export ", " "), fc.constantFrom(...names), value)
  .map(([lead, name, text]) => `${lead}${name}=${text}`);
const line = fc.oneof(comment, assignment, fc.constantFrom("", "  ", "####", "# == Data ==", "not one"), fc.string());
const contract = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\r\n", "\r"))
  .map(([lines, end]) => lines.join(end));

describe("the service and Keyturn read the same", () => {
  test.each(examples)("in %s", (file) => {
    const text = readFileSync(file, "utf8");
    expect(inService(text)).toEqual(inKeyturn(text));
  });

  test("in at least the examples of this repository", () => {
    expect(examples.filter((file) => file.startsWith(join(root, "examples"))).length).toBeGreaterThanOrEqual(4);
  });

  test.each(["inference.ts", "placeholder.ts"])("with the same words in %s", (name) => {
    const [here, there] = ["src/contract/env-example", "sdk/src/environment/contract"].map((folder) =>
      readFileSync(join(root, folder, name), "utf8").replaceAll(/^import .*\n|^export /gm, ""),
    );
    expect(here).toBe(there);
  });

  test("in any contract", () => {
    fc.assert(
      fc.property(contract, (text) => {
        expect(inService(text)).toEqual(inKeyturn(text));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("the service and Keyturn take the same values", () => {
  const types = [
    "string string(minLength=3) string(maxLength=3) string(pattern=[a-z]+) url url(schemes=https|redis) port integer",
    "integer(min=2,max=70) number boolean enum(true,a,change-me) email json pem base64 hex",
  ].flatMap((one) => one.split(" "));
  const texts = [
    ..."1 0 65535 65536 080 -5 +7 1.5 .5 1e3 1. TRUE yes off abc äöü a@b.cc a@b https://a.example https:// redis://a,b:1/0".split(
      " ",
    ),
    ...'{"a":1} [ null 00ff 0 0f0 aGVsbG8= a-_b a+-b **** ab****cd •••• [redacted] change-me your-key xxx <KEY> todo …'.split(
      " ",
    ),
    "a b",
    " ",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
  ];
  const lead = fc.constantFrom("@required", "@optional");

  test("of every type, required or not, empty or not", () => {
    const text = fc.oneof(fc.constantFrom("", ...texts), fc.string({ maxLength: 8 }));
    fc.assert(
      fc.property(fc.constantFrom(...types), lead, text, (type, requirement, value) => {
        const declared = `# ${requirement} @type=${type}\nA_KEY=`;
        const [variable] = readContract(declared, ".env.example").variables;
        if (variable === undefined) throw new Error("no variable was read");
        const checked = checkEnvironment(readInService(declared), {
          variables: { A_KEY: value },
          readings: {},
          readFile: () => undefined,
        });
        expect(checked.kind === "ready").toBe(checkValue(variable, Sensitive.of(value)) === undefined);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("the service and Keyturn read the same environment file", () => {
  const parts = [
    ...'A B NAME_PREVIOUS 9A a-b = == \' " \\ \\\\ \\" $ ` # ; x y é → \0 \uFFFE \uFDD0 \uFEFF export \xA0 \v'.split(
      " ",
    ),
    ..."\\n \\t".split(" "),
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\\\n",
    "\\\r\n",
    "=",
    "\nA=",
    "\nB='",
    '\nA="',
    "'",
    '"',
  ];
  const piece = fc.constantFrom(...parts).map((text) => Buffer.from(text));
  const file = fc
    .array(fc.oneof({ weight: 20, arbitrary: piece }, fc.uint8Array({ maxLength: 2 })), { maxLength: 24 })
    .map((pieces) => Buffer.concat(pieces));

  function inKeyturn(bytes: Buffer) {
    const { entries, findings } = dialects.systemd.read(bytes);
    if (findings.some(({ code }) => code === "file-refused")) return undefined;
    return Object.fromEntries(entries.map(({ name, value }) => [name, value.reveal().toString("utf8")]));
  }

  test("whatever somebody made of it", () => {
    let read = 0;
    fc.assert(
      fc.property(file, (bytes) => {
        const here = readEnvironmentFile(bytes);
        read += here === undefined ? 0 : here.size;
        expect(here && Object.fromEntries(here)).toEqual(inKeyturn(bytes));
      }),
      { numRuns: 20_000 },
    );
    expect(read).toBeGreaterThan(1000);
  });

  test("and every value that Keyturn writes comes back", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...parts)), { maxLength: 8 }), (texts) => {
        const value = texts.join("");
        const written = dialects.systemd.write([
          { name: "BEFORE", value: Sensitive.of("b") },
          { name: "A", value: Sensitive.of(value) },
          { name: "AFTER", value: Sensitive.of("z") },
        ]);
        if (written.kind === "refused") return;
        const read = readEnvironmentFile(written.bytes.reveal());
        expect(read && Object.fromEntries(read)).toEqual({ BEFORE: "b", A: value, AFTER: "z" });
      }),
      { numRuns: 3000 },
    );
  });
});
