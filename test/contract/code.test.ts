import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareCode, readContract, scanCode } from "#contract";

function found(path: string, text: string): readonly string[] {
  return scanCode([{ path, text }]).map(({ name, kind, position }) => {
    return `${kind === "set" ? "set " : ""}${name} ${position.line}:${position.column}`;
  });
}

describe("names that code reads", () => {
  test("JavaScript and TypeScript", () => {
    const text = [
      "const a = process.env.PLAIN ?? process.env['KEYED'];",
      "const { ONE, TWO: two, THREE = 'x' } = process.env;",
      "// process.env.IN_COMMENT",
      "/* process.env.IN_BLOCK */ const s = 'process.env.IN_STRING';",
      "const t = `process.env.IN_TEMPLATE ${process.env.IN_CODE} ${`${import.meta.env.VITE_DEEP}`}`;",
      "if (process.env?.OPTIONAL === 'x') process.env.SET_HERE = '1';",
      'const r = /\'/; import.meta.env.VITE_URL; import.meta.env.DEV; Deno.env.get("DENO_NAME");',
      "const url = 'https://a.example/'; process.env.BEHIND_URL;",
    ].join("\n");
    expect(found("src/main.ts", text)).toEqual([
      "PLAIN 1:23",
      "KEYED 1:45",
      "ONE 2:9",
      "TWO 2:14",
      "THREE 2:24",
      "IN_CODE 5:50",
      "VITE_DEEP 5:80",
      "OPTIONAL 6:18",
      "set SET_HERE 6:48",
      "VITE_URL 7:32",
      "DENO_NAME 7:77",
      "BEHIND_URL 8:47",
    ]);
  });

  test("readings of the package for services", () => {
    const text = [
      "const a = loadEnvironmentOrExit('api', new URL('../.env.example', import.meta.url), {",
      "  PORT: 'number', // COMMENT: 'text'",
      "  LOG_LEVEL: ['debug', 'info'],",
      "});",
      "const readings = { ONE: 'text', TWO: levels } as const satisfies Readings;",
      "loadEnvironment(contract, { THREE: 'url' }, variables); other(contract, { FOUR: 'text' });",
      "loadEnvironment(contract, readings); serve({ FIVE: 'text' });",
    ].join("\n");
    expect(found("src/main.ts", text)).toEqual(["PORT 2:3", "LOG_LEVEL 3:3", "ONE 5:20", "TWO 5:33", "THREE 6:29"]);
  });

  test("Python", () => {
    const text = [
      "import os",
      'a = os.environ["PLAIN"]  # os.environ["IN_COMMENT"]',
      "b = os.environ.get('GOT', 'x')",
      'c = os.getenv("GETENV")',
      '"""',
      'os.getenv("IN_DOCSTRING")',
      '"""',
      "os.environ['SET_HERE'] = '1'",
      "d = \"os.getenv('IN_STRING')\"",
    ].join("\n");
    expect(found("app.py", text)).toEqual(["PLAIN 2:17", "GOT 3:21", "GETENV 4:16", "set SET_HERE 8:13"]);
  });

  test("pydantic settings, with prefix and alias", () => {
    const text = [
      "class Settings(BaseSettings):",
      '    """database_url: in a docstring"""',
      '    model_config = SettingsConfigDict(env_prefix="VOX_", env_file=".env")',
      "    jwt_secret: SecretStr",
      "    port: int = 8080",
      '    uri: str = Field(..., validation_alias="MONGODB_URI")',
      "    key: str = Field(",
      "        default='',",
      '        validation_alias=AliasChoices("NEW_KEY", "OLD_KEY"),',
      "    )",
      "    NAMES: ClassVar[list[str]] = []",
      "",
      "    @property",
      "    def url(self) -> str:",
      "        local: str = 'x'",
      "        return local",
      "",
      "class Other(BaseModel):",
      "    not_a_setting: str",
    ].join("\n");
    expect(found("config.py", text)).toEqual([
      "VOX_JWT_SECRET 4:5",
      "VOX_PORT 5:5",
      "MONGODB_URI 6:45",
      "NEW_KEY 9:40",
      "OLD_KEY 9:51",
    ]);
  });

  test("compose and unit files", () => {
    const compose = 'services:\n  a:\n    image: "a:${TAG:-latest}" # ${IN_COMMENT}\n    command: echo $$NOT $YES\n';
    expect(found("deploy/compose.yaml", compose)).toEqual(["TAG 3:17", "YES 4:26"]);
    const unit =
      '[Service]\nEnvironment=MODE=cloud "A=b c"\n# ExecStart=/x ${NO}\nExecStart=/opt/x --port ${PORT} \\\n  --mode $MODE\n';
    expect(found("voxbridge.service", unit)).toEqual(["set MODE 2:13", "set A 2:25", "PORT 4:27", "MODE 5:11"]);
  });

  test("files of no known kind are passed over", () => {
    expect(found("README.md", "process.env.A ${B}")).toEqual([]);
  });
});

test("any text of any kind is scanned, and every place lies in it", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "process.env.A",
      "`${",
      "}`",
      "/*",
      "'",
      '"""',
      "class S(BaseSettings):\n",
      "    a: int\n",
      "${X",
      "Environment=A=1\n",
    ),
  );
  const path = fc.constantFrom("a.ts", "a.py", "compose.yaml", "a.service", "a.sh");
  fc.assert(
    fc.property(path, fc.array(piece), (file, pieces) => {
      const text = pieces.join("");
      for (const { name, position } of scanCode([{ path: file, text }])) {
        expect((text.split("\n")[position.line - 1] ?? "").slice(position.column - 1).toUpperCase()).toContain(
          name.replace(/^.*_/, "").toUpperCase(),
        );
      }
    }),
  );
});

describe("code against the example", () => {
  const contract = readContract(
    "# @accepts=KEY_PREVIOUS\nKEY=\nHOST=x\nURL=http://${HOST}\nUNUSED=1\n",
    "a/.env.example",
  );

  test("what is read and not in it is an error at its first place", () => {
    const uses = scanCode([
      {
        path: "a/main.ts",
        text: "process.env.KEY, process.env.KEY_PREVIOUS, process.env.URL,\nprocess.env.HOTS, process.env.NEW",
      },
      { path: "a/two.ts", text: "process.env.NEW, process.env.NODE_ENV, process.env.PATH, process.env.MODE" },
      { path: "a/x.service", text: "Environment=MODE=x" },
    ]);
    const findings = compareCode(contract, uses).map(({ severity, message, position }) => {
      return `${severity} ${position?.file}:${position?.line}:${position?.column} ${message}`;
    });
    expect(findings).toEqual([
      "error a/main.ts:2:13 HOTS is read here, and a/.env.example lacks it, did you mean HOST?",
      "error a/main.ts:2:31 NEW is read here, and a/.env.example lacks it",
      "notice a/.env.example:5:1 UNUSED is in the example, and no code that was looked at reads it",
    ]);
  });
});
