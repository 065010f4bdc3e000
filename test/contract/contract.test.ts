import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTemplate, readContract, type Variable } from "#contract";

function read(text: string): readonly Variable[] {
  return readContract(text, ".env.example").variables;
}

function only(text: string): Variable {
  const [variable] = read(text);
  if (variable === undefined) throw new Error("no variable was read");
  return variable;
}

function complaints(text: string): readonly string[] {
  return readContract(text, ".env.example").findings.map(
    ({ severity, code, position }) => `${severity} ${code} ${position?.line}:${position?.column}`,
  );
}

describe("assignments", () => {
  test.each([
    ["A=plain", "plain"],
    ["export A=plain", "plain"],
    ["  A = spaced  ", "spaced"],
    ["A=one two # comment", "one two"],
    ["A=#ff0044", "#ff0044"],
    ["A=a#b", "a#b"],
    ["A= # nothing but a comment", ""],
    ["A=", ""],
    ["A='  edge  '", "  edge  "],
    [`A='it is "so"' # why`, 'it is "so"'],
    [String.raw`A="a\nb\t\"c\" \\ \$x"`, 'a\nb\t"c" \\ $x'],
    [String.raw`A='a\nb'`, String.raw`a\nb`],
    ['A=`it\'s "both"`', `it's "both"`],
    ['A="one\n two # no comment\nthree"', "one\n two # no comment\nthree"],
    ["A={x=\"1\",y='2'}", "{x=\"1\",y='2'}"],
    ["\uFEFFA=bom", "bom"],
    ["A=last line\r\n", "last line"],
  ])("%j has the text %j", (text, value) => {
    expect(only(text).example).toBe(value);
    expect(complaints(text)).toEqual([]);
  });

  test("each stands at its line and column, with any line ends", () => {
    for (const end of ["\n", "\r\n", "\r"]) {
      const variables = read(["A=1", "", '  export B="x', 'y"', "# C=3", "D=4"].join(end));
      expect(variables.map(({ name, position }) => [name, position.line, position.column])).toEqual([
        ["A", 1, 1],
        ["B", 3, 10],
        ["C", 5, 3],
        ["D", 6, 1],
      ]);
    }
  });

  test("a malformed line is a finding with its place, and the rest is read", () => {
    const text = ["A=1", "  just words", "9X=1", "B-C=1", "D='open", "E=2", 'F="x" y', "G=3"].join("\n");
    expect(read(text).map((variable) => variable.name)).toEqual(["A", "D", "E", "F", "G"]);
    expect(complaints(text)).toEqual([
      "error not-an-assignment 2:3",
      "error name-invalid 3:1",
      "error name-invalid 4:1",
      "error unterminated-quote 5:3",
      "error text-after-quote 7:7",
    ]);
  });

  test("a quote left open does not swallow the assignments behind it", () => {
    expect(read('A="x\nB=1\nC="2"\nD=""').map((variable) => variable.name)).toEqual(["A", "B", "C", "D"]);
  });

  test("findings never show what a line holds", () => {
    const { findings } = readContract('hunter2!\nhunter2-x=1\nA=\'hunter2\nB="x" hunter2\n# @type=hunter2\nC=', "f");
    expect(findings).toHaveLength(5);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  test("of two the last counts, and the second is reported", () => {
    expect(only("A=1\nA=2").example).toBe("2");
    expect(complaints("A=1\nA=2")).toEqual(["warning duplicate 2:1"]);
  });
});

describe("comments", () => {
  test("the block directly above describes, a blank line or a banner separates", () => {
    const text = "# far\n\n#####\n# Title #\n#####\n# first\n# second\nA=1 # behind\nB=2";
    expect(read(text).map((variable) => variable.description)).toEqual(["first\nsecond\nbehind", ""]);
  });

  test("an assignment that is commented out is a documented optional variable", () => {
    const variable = only("# how long\n# TIMEOUT=30 # seconds");
    expect(variable).toMatchObject({ name: "TIMEOUT", active: false, example: "30", requirement: { kind: "never" } });
    expect(variable.fallback).toBeUndefined();
    expect(variable.description).toBe("how long\nseconds");
  });

  test.each([
    "# set FOO=bar to turn it on",
    "# FOO=bar to turn it on",
    "# FOO=bar npm start",
    "# A=1 B=2 node x.js",
    "# shellcheck disable=SC2034",
    "# export it with care",
    "# https://example.com/?a=b",
  ])("%j is prose", (text) => {
    expect(read(text)).toEqual([]);
  });

  test("an active assignment wins over the same name commented out, and takes its comment", () => {
    const variables = read("# where it is reached\n# URL=https://a.example\nURL=\n# URL=https://b.example");
    expect(variables).toHaveLength(1);
    expect(variables[0]).toMatchObject({ active: true, description: "where it is reached" });
  });
});

describe("decorators", () => {
  test("several stand in one line or above each other", () => {
    const text = [
      "# Signs the sessions",
      '# @required @sensitive @type=string(minLength=32, pattern="[a-z(),]+")',
      '# @where="Vault → jwt" @docs=https://example.com/a(b) @generate=random(bytes=48, encoding=hex)',
      "# @accepts=JWT_SECRET_PREVIOUS @restart=reload @provider=own @derive=hkdf(ROOT, purpose=api, prefix=sk_)",
      "JWT_SECRET=change-me",
    ].join("\n");
    expect(complaints(text)).toEqual([]);
    expect(only(text)).toMatchObject({
      description: "Signs the sessions",
      requirement: { kind: "always" },
      sensitive: true,
      sensitivity: "declared",
      type: { kind: "string", minLength: 32, pattern: "[a-z(),]+" },
      where: "Vault → jwt",
      docs: "https://example.com/a(b)",
      generate: { kind: "random", bytes: 48, encoding: "hex" },
      accepts: ["JWT_SECRET_PREVIOUS"],
      restart: "reload",
      provider: "own",
      derive: { kind: "hkdf", root: "ROOT", purpose: "api", version: 1, prefix: "sk_" },
      placeholder: true,
    });
  });

  test.each([
    ["url(schemes=https|wss)", { kind: "url", schemes: ["https", "wss"] }],
    ["port", { kind: "port" }],
    ["integer(min=1, max=9)", { kind: "integer", min: 1, max: 9 }],
    ["enum(debug, info)", { kind: "enum", values: ["debug", "info"] }],
    ["file", { kind: "file" }],
  ])("@type=%s is read", (type, expected) => {
    expect(only(`# @type=${type}\nA=`).type).toEqual(expected);
  });

  test("a token that is signed with a root has claims and a lifetime, and its times are its own", () => {
    expect(only("# @derive=jwt(JWT_SECRET, role=anon, iss=supabase)\nKEY=").derive).toEqual({
      kind: "jwt",
      root: "JWT_SECRET",
      claims: { role: "anon", iss: "supabase" },
      lifetime: 1825 * 24 * 3600,
    });
    expect(only("# @derive=jwt(S, role=anon, lifetime=12h)\nKEY=").derive).toMatchObject({ lifetime: 12 * 3600 });
    for (const rule of [
      "jwt(S)",
      "jwt(S, anon)",
      "jwt(S, role=anon, exp=1)",
      "jwt(S, role=anon, lifetime=ever)",
      "jwt()",
    ]) {
      expect(complaints(`# @derive=${rule}\nKEY=`), rule).toEqual(["error decorator-invalid 1:3"]);
    }
  });

  test("an overlap is a time, and needs a place for the value before", () => {
    const text = '# @sensitive @accepts=KEY_PREVIOUS @overlap=30d @signs="tokens of devices"\nKEY=';
    expect(only(text)).toMatchObject({ overlap: 30 * 86_400_000, signs: "tokens of devices" });
    expect(complaints("# @overlap=30d\nKEY=")).toEqual(["error overlap-nowhere 2:1"]);
    expect(complaints("# @accepts=KEY_PREVIOUS @overlap=long\nKEY=")).toEqual(["error decorator-invalid 1:25"]);
  });

  test("@required=if(OTHER=value) is a condition", () => {
    expect(only("# @required=if(MODE=cloud)\nKEY=").requirement).toEqual({ kind: "if", name: "MODE", equals: "cloud" });
  });

  test("they may stand behind the value", () => {
    expect(only("A=1 # @sensitive @optional")).toMatchObject({ sensitive: true, requirement: { kind: "never" } });
  });

  test("unknown ones are kept, and reported once for the whole file", () => {
    const text = "# @owner=anna @required\nA=\n# @owner=bert @icon=x\nB=";
    expect(complaints(text)).toEqual(["notice decorator-unknown 1:3"]);
    expect(read(text).map((variable) => variable.unknownDecorators)).toEqual([["owner"], ["owner", "icon"]]);
  });

  test("what can't be read is a finding with its place", () => {
    const text = "# @type=colour\nA=\n# @required stray\nB=\n# @sensitive\n\nC=\n# @required=if(x)\nD=";
    expect(complaints(text)).toEqual([
      "error decorator-invalid 1:3",
      "error decorator-malformed 3:13",
      "warning decorator-alone 5:3",
      "error decorator-invalid 8:3",
    ]);
  });

  test("a sentence that begins with @ is a comment", () => {
    expect(only("# @anna knows more about this\nA=1").description).toBe("@anna knows more about this");
  });
});

describe("inference", () => {
  test.each([
    ["JWT_SECRET=", true],
    ["OPENAI_API_KEY=sk-…", true],
    ["GRAFANA_ADMIN_PASSWORD=", true],
    ["SENTRY_DSN=", true],
    ["VOXCORE_SECRET_PREVIOUS=", true],
    ["MONGODB_URI=mongodb://app:change-me@db/voxbridge", true],
    ["MONGODB_URI=", true],
    ["REDIS_URL=redis://localhost:6379", false],
    ["LANGFUSE_PUBLIC_KEY=", false],
    ["AWS_ACCESS_KEY_ID=", false],
    ["MAX_TOKENS=100", false],
    ["ACCESS_TOKEN_EXPIRE_MINUTES=30", false],
    ["VITE_TOKEN_STORAGE_KEY=ori.token", false],
    ["PORT=8080", false],
  ])("%s is sensitive: %s", (text, sensitive) => {
    expect(only(text)).toMatchObject({ sensitive, sensitivity: "inferred" });
  });

  test.each([
    ["PORT=8080", "port"],
    ["METRICS_PORT=", "port"],
    ["API_URL=https://a.example", "url"],
    ["ENABLE_X=1", "boolean"],
    ["X=true", "boolean"],
    ["X=30", "integer"],
    ["DOCKERIZED=1", "string"],
    ["CORS_ORIGINS=https://a.example", "string"],
    ["X=0.5", "number"],
    ["X=a@b.example", "email"],
    ["BASE_URL=host.example.com", "string"],
    ["PHONE_NUMBER=4930123", "string"],
  ])("%s is of type %s", (text, kind) => {
    expect(only(text).type.kind).toBe(kind);
  });

  test.each([
    ["A=usable", "never"],
    ["A=", "always"],
    ["A=change-me", "always"],
    ["A_SECRET=example-of-a-secret", "always"],
    ["# A=x", "never"],
  ])("the requirement of %s is %s", (text, kind) => {
    expect(only(text).requirement.kind).toBe(kind);
  });

  test.each([
    "change-me",
    "changeme",
    "CHANGE_ME",
    "change-me-to-a-long-random-secret",
    "xxx",
    "sk-xxxxxxxxxxxx",
    "your-api-key",
    "YOUR_API_KEY",
    "wss://your-host.example",
    "<token>",
    "replace-with-your-key",
    "todo",
    "...",
    "sk-...",
    "postgres://app:change-me@db/app",
  ])("the placeholder %s never counts as a value", (text) => {
    const variable = only(`A="${text}"`);
    expect(variable).toMatchObject({ placeholder: true, example: text });
    expect(variable.fallback).toBeUndefined();
  });

  test.each(["yourself", "exchange", "xx", "todo-list.example", "a<b", "https://example.com", "replacement"])(
    "%s is a value",
    (text) => {
      expect(only(`A="${text}"`).placeholder).toBe(false);
    },
  );

  test("the example of a secret is no fallback, a template of references is", () => {
    expect(only("A_SECRET=abc").fallback).toBeUndefined();
    const url = read("P_PASSWORD=\nH=db\nDATABASE_URL=postgres://app:${P_PASSWORD}@${H}/app").at(-1);
    expect(url?.sensitive).toBe(true);
    expect(formatTemplate(url?.fallback ?? [])).toBe("postgres://app:${P_PASSWORD}@${H}/app");
  });

  test("a reference to what the file lacks is a warning", () => {
    expect(complaints("A=x\nB=${A}-${C}")).toEqual(["warning reference-undeclared 2:1"]);
  });

  test("what refers to a secret is one, across several steps", () => {
    const variables = read("C=${B}\nB=x-${A_SECRET}\nA_SECRET=\nD=${E}\nE=1");
    expect(variables.filter((variable) => variable.sensitive).map((variable) => variable.name)).toEqual([
      "C",
      "B",
      "A_SECRET",
    ]);
  });

  test("VITE_* is public and of the build, and can't be sensitive", () => {
    expect(only("VITE_API_KEY=abc")).toMatchObject({ build: true, sensitive: false });
    expect(complaints("# @sensitive\nVITE_A=1")).toEqual(["error sensitive-build-variable 2:1"]);
    expect(complaints("A_SECRET=\nVITE_A=${A_SECRET}")).toEqual(["error public-refers-to-sensitive 2:1"]);
  });
});

describe("any text", () => {
  test("gives a contract, with every finding inside the file", () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "A=1",
        "# B=2",
        "C='x",
        'D="\\',
        "# @type=enum(",
        "# @a=b(c=",
        "export ",
        "=",
        "A=${",
        "A=$${B}`",
      ),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom("\n", "\r\n", "\r"), (lines, end) => {
        const text = lines.join(end);
        const { variables, findings } = readContract(text, "f");
        const count = text.split(/\r\n|\r|\n/).length;
        for (const { position } of [...variables, ...findings]) {
          expect(position?.line).toBeGreaterThanOrEqual(1);
          expect(position?.line).toBeLessThanOrEqual(count);
          expect(position?.column).toBeGreaterThanOrEqual(1);
        }
        expect(new Set(variables.map((variable) => variable.name)).size).toBe(variables.length);
      }),
    );
  });

  test("of well-formed assignments loses none", () => {
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,12}$/);
    const value = fc.stringMatching(/^[ -~]{0,30}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }), (entries) => {
        const lines = entries.map(([key, text]) => `${key}='${text.replaceAll("'", "")}'`);
        const { variables, findings } = readContract(lines.join("\n"), "f");
        expect(variables.map((variable) => [variable.name, variable.example])).toEqual(
          entries.map(([key, text]) => [key, text.replaceAll("'", "")]),
        );
        expect(
          findings.filter(
            (finding) =>
              finding.severity === "error" &&
              finding.code !== "sensitive-build-variable" &&
              finding.code !== "public-refers-to-sensitive",
          ),
        ).toEqual([]);
      }),
    );
  });
});
