import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, onTestFinished, test } from "vitest";
import { EnvironmentError, loadEnvironment, type Problem, type Readings } from "@keyturn/sdk";

function folder(files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(join(tmpdir(), "keyturn-sdk-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
  return made;
}

function load<const R extends Readings>(contract: string, readings: R, variables: Readonly<Record<string, string>>) {
  return loadEnvironment(join(folder({ ".env.example": contract }), ".env.example"), readings, variables);
}

function problemsOf(
  contract: string,
  readings: Readings,
  variables: Readonly<Record<string, string>>,
): readonly Problem[] {
  try {
    load(contract, readings, variables);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

const contract = `
# @required @sensitive @type=string(minLength=32)
JWT_SECRET=change-me
# @required @type=port
PORT=8080
# @optional @type=enum(debug, info)
LOG_LEVEL=info
# @optional @type=boolean
TRACE=false
# @required=if(TRACE=true) @type=url(schemes=https)
# TRACE_URL=
# @optional
BASE=http://127.0.0.1:8080
# @optional @type=url
SETTINGS=\${BASE}/settings
# @optional @type=json
LIMITS=
`;

const readings = {
  JWT_SECRET: "text",
  PORT: "number",
  LOG_LEVEL: ["debug", "info", "warn"],
  TRACE: "boolean",
  TRACE_URL: "optional url",
  SETTINGS: "url",
  LIMITS: "optional json",
} as const;

const secret = "0123456789abcdef0123456789abcdef";

describe("an environment that is what the contract says", () => {
  test("gives each variable as what it is read as, with the contract's defaults", () => {
    const environment = load(contract, readings, { JWT_SECRET: secret, LIMITS: '{"calls":3}' });
    expect(environment).toEqual({
      JWT_SECRET: secret,
      PORT: 8080,
      LOG_LEVEL: "info",
      TRACE: false,
      TRACE_URL: undefined,
      SETTINGS: new URL("http://127.0.0.1:8080/settings"),
      LIMITS: { calls: 3 },
    });
  });

  test("has the types of its readings", () => {
    const environment = load(contract, readings, { JWT_SECRET: secret });
    expectTypeOf(environment.PORT).toEqualTypeOf<number>();
    expectTypeOf(environment.LOG_LEVEL).toEqualTypeOf<"debug" | "info" | "warn">();
    expectTypeOf(environment.TRACE_URL).toEqualTypeOf<URL | undefined>();
    expectTypeOf(environment.LIMITS).toEqualTypeOf<unknown>();
    // @ts-expect-error -- what is not asked for is not given
    expect(environment["BASE"]).toBeUndefined();
  });

  test("refers to what is set, not to what the contract has in its place", () => {
    const { SETTINGS } = load(contract, readings, { JWT_SECRET: secret, BASE: "https://a.example" });
    expect(SETTINGS.href).toBe("https://a.example/settings");
  });

  test("keeps what was delivered as it is: no value is a template", () => {
    expect(load("A=x", { A: "text" }, { A: "${HOME}$${A}" })).toEqual({ A: "${HOME}$${A}" });
  });

  test("has an empty text for a text, and nothing for what is optional", () => {
    expect(load("A=x\nB=y", { A: "text", B: "optional text" }, { A: "", B: "" })).toEqual({ A: "", B: undefined });
  });

  test("takes no name that every object has", () => {
    expect(load("# toString=\nconstructor=x", { constructor: "text" }, {})).toEqual({ constructor: "x" });
  });
});

describe("an environment that is not", () => {
  test("is refused with every problem at once, each by name and by what was expected", () => {
    const variables = { JWT_SECRET: "short", PORT: "eighty", LOG_LEVEL: "loud", TRACE: "true", SETTINGS: "a.example" };
    expect(problemsOf(contract, readings, variables).map(({ message }) => message)).toEqual([
      "JWT_SECRET is malformed: expected a text of at least 32 characters",
      "PORT is malformed: expected a port from 1 to 65535",
      "LOG_LEVEL is malformed: expected one of debug, info",
      "required variable TRACE_URL is missing: expected a URL that begins with https",
      "SETTINGS is malformed: expected a URL",
    ]);
  });

  test("names variables that the code does not read as well", () => {
    expect(problemsOf(contract, {}, {})).toMatchObject([{ name: "JWT_SECRET", kind: "missing" }]);
  });

  test("counts placeholders and empty texts as nothing", () => {
    expect(problemsOf("# @required\nA=", {}, { A: "" })).toMatchObject([{ name: "A", kind: "missing" }]);
    expect(problemsOf("# @required\nA=", {}, { A: "change-me" })).toMatchObject([{ name: "A", kind: "malformed" }]);
  });

  test("says what refers to nothing, or to itself", () => {
    const [first, second] = problemsOf("# @optional\nA=${B}\n# @optional\nC=${C}", {}, {});
    expect(first?.message).toBe("A refers to B, which has no value");
    expect(second?.message).toBe("C refers to C, which has no value");
  });

  test("never says a value", () => {
    const types = "string(minLength=99) url port integer(min=5) number boolean enum(a,b) email json pem hex file".split(
      " ",
    );
    const value = fc.stringMatching(/^[q-z]{8,20}[!$%]$/);
    fc.assert(
      fc.property(fc.constantFrom(...types), value, (type, text) => {
        const problems = problemsOf(`# @required @type=${type}\nA=`, { A: "text" }, { A: text });
        expect(problems).not.toEqual([]);
        expect(JSON.stringify(problems)).not.toContain(text);
      }),
      { numRuns: 50 },
    );
  });
});

describe("code that reads what the contract does not promise", () => {
  test.each<[string, Readings, string]>([
    ["A=1", { B: "text" }, "B is read, and the contract lacks it"],
    ["# A=1", { A: "text" }, "A may be absent, and is read as if it could not"],
    ["# @required=if(B=1)\nA=\nB=1", { A: "text" }, "A may be absent, and is read as if it could not"],
    ["# @type=url\nA=http://a", { A: "number" }, "A is read as number, and its type is url"],
    ["# @type=file\nA=", { A: "text" }, "A is read as text, and its type is file"],
    ["# @type=enum(a,b)\nA=a", { A: ["a"] }, "A is read as one of a list, and its type allows more"],
  ])("is refused whatever the values: %j read as %j", (text, wrong, message) => {
    const found = problemsOf(text, wrong, { A: "http://a.example", B: "1" });
    expect(found).toContainEqual({ name: message.slice(0, 1), kind: "contradiction", message });
  });

  test("asks for one URL where there are several hosts", () => {
    const variables = { A: "mongodb://a:1,b:2/x" };
    expect(load("# @type=url\nA=", { A: "text" }, variables)).toEqual(variables);
    expect(problemsOf("# @type=url\nA=", { A: "url" }, variables)).toMatchObject([
      { message: "A is malformed: expected one complete URL" },
    ]);
  });
});

describe("a file variable", () => {
  const declared = "# @required @type=file\nTLS_KEY=\n# @optional @type=file\n# TLS_CHAIN=";

  test("gives what its file holds, or its path", () => {
    const path = join(folder({ key: "k\n" }), "key");
    const { TLS_KEY, TLS_CHAIN } = load(declared, { TLS_KEY: "file", TLS_CHAIN: "optional file" }, { TLS_KEY: path });
    expectTypeOf(TLS_KEY).toEqualTypeOf<Buffer>();
    expect([TLS_KEY.toString(), TLS_CHAIN]).toEqual(["k\n", undefined]);
    expect(load(declared, { TLS_KEY: "path" }, { TLS_KEY: path })).toEqual({ TLS_KEY: path });
  });

  test.each(["/nowhere", "/dev/zero", "/dev/null", tmpdir()])("that names %s is malformed", (path) => {
    expect(problemsOf(declared, {}, { TLS_KEY: path })).toMatchObject([{ name: "TLS_KEY", kind: "malformed" }]);
  });

  test("whose file is empty or of more than a megabyte is malformed", () => {
    const files = folder({ empty: "", huge: "x".repeat(1024 * 1024 + 1), largest: "x".repeat(1024 * 1024) });
    const kinds = ["empty", "huge", "largest"].map(
      (name) => problemsOf(declared, {}, { TLS_KEY: join(files, name) }).length,
    );
    expect(kinds).toEqual([1, 1, 0]);
  });
});

test("a service that can't start says all of it and exits with 78", () => {
  const sdk = pathToFileURL(join(import.meta.dirname, "../../sdk/src/index.ts")).href;
  const service = folder({
    ".env.example": contract,
    "main.mjs": `import { loadEnvironmentOrExit } from ${JSON.stringify(sdk)};
      loadEnvironmentOrExit("api", new URL(".env.example", import.meta.url), { PORT: "number" });
      console.log("listening");`,
  });
  const start = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, ["main.mjs"], { cwd: service, env, encoding: "utf8" });
  const refused = start({ PORT: "70000" });
  expect([refused.status, refused.stdout]).toEqual([78, ""]);
  expect(refused.stderr.split("\n")).toEqual([
    "api: error: required variable JWT_SECRET is missing: expected a text of at least 32 characters",
    "api: error: PORT is malformed: expected a port from 1 to 65535",
    "api: hint: .env.example says what each variable is and where it comes from",
    "",
  ]);
  expect(start({ JWT_SECRET: secret }).stdout).toBe("listening\n");
});
