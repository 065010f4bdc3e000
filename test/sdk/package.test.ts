import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const service = mkdtempSync(join(tmpdir(), "keyturn-sdk-service-"));
const published = join(service, "node_modules/@keyturn/sdk");
const readme = readFileSync(join(root, "sdk/README.md"), "utf8");
const files = [...readme.matchAll(/^```(?:ts|sh) (\S+)\n(.*?)^```$/gms)].map(([, name = "", text = ""]) => ({
  name,
  text,
}));
const modules = files.map(({ name }) => name).filter((name) => name.endsWith(".ts"));

const values = {
  JWT_SECRET: "0123456789abcdef".repeat(2),
  INTERNAL_TOKEN: "internal",
  PATH: process.env["PATH"] ?? "",
};

/** A service that has the package as it is published, and of the README every file. */
beforeAll(() => {
  execFileSync(process.execPath, [join(root, "scripts/build-sdk.js"), published]);
  symlinkSync(join(root, "node_modules/@types"), join(service, "node_modules/@types"));
  writeFileSync(join(service, "package.json"), '{ "type": "module" }\n');
  for (const { name, text } of files) {
    mkdirSync(dirname(join(service, name)), { recursive: true });
    writeFileSync(join(service, name), text);
  }
});

afterAll(() => rmSync(service, { recursive: true }));

function run(code: string, env: NodeJS.ProcessEnv = values) {
  return spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: service, env, encoding: "utf8" });
}

describe("the package", () => {
  test("needs nothing but Node", () => {
    const sources = readdirSync(join(root, "sdk/src"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const imports = sources.flatMap((name) => {
      const text = readFileSync(join(root, "sdk/src", name), "utf8");
      return [...text.matchAll(/^(?:import|export)\b[^;]*?\sfrom "([^"\n]+)";$/gm)].map(
        ([, specifier = ""]) => specifier,
      );
    });
    expect(imports.length).toBeGreaterThan(40);
    expect(imports.filter((specifier) => !/^\.\.?\/|^node:/.test(specifier))).toEqual([]);
    const manifest = JSON.parse(readFileSync(join(published, "package.json"), "utf8")) as Record<string, unknown>;
    expect(Object.keys(manifest)).toEqual(
      "name version description license type sideEffects exports engines".split(" "),
    );
  });

  test("is JavaScript with types, README and licence", () => {
    const names = readdirSync(published, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    expect(names.filter((name) => !/\.js$|\.d\.ts$/.test(name)).toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "package.json",
    ]);
    expect(names.filter((name) => name.endsWith(".js")).length).toBe(
      names.filter((name) => name.endsWith(".d.ts")).length,
    );
  });

  test("has the version of the command", () => {
    const versions = ["package.json", "sdk/package.json"].map(
      (path) => (JSON.parse(readFileSync(join(root, path), "utf8")) as { version: string }).version,
    );
    expect(versions[0]).toBe(versions[1]);
  });
});

describe("the README", () => {
  test("compiles under strict rules against the published types", () => {
    const words =
      "--noEmit --strict --exactOptionalPropertyTypes --target es2023 --module nodenext --types node --allowImportingTsExtensions";
    const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), [...words.split(" "), ...modules], {
      cwd: service,
      encoding: "utf8",
    });
    expect(tsc.stdout).toBe("");
    expect(tsc.status).toBe(0);
    expect(modules.length).toBe(7);
  });

  test("runs", () => {
    const { stdout, stderr } = run(`
      ${modules.map((name, index) => `import * as m${index} from "./${name}";`).join("\n")}
      const all = Object.assign({}, ${modules.map((_, index) => `m${index}`).join(", ")});
      const key = all.keyOf("root", "user-1");
      const pair = { key: "API", secret: "secret" };
      console.log(JSON.stringify([
        all.environment.PORT, all.environment.LOG_LEVEL, all.dsn === undefined,
        all.deviceOf(all.pair("pi-7")), all.deviceOf("x") === undefined,
        all.isKeyOf("root", "user-1", key), all.isKeyOf("root", "user-2", key), all.keyOf("root", "user-1", 1) === key,
        all.tokenFor(pair, "ann", "room").split(".").length, all.eventOf([pair], undefined, Buffer.from("")) === undefined,
        all.isTwilio(["12345"], "https://mycompany.com/x", "x", Buffer.from("")),
        typeof all.server.listen,
      ]));`);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([
      8080,
      "info",
      true,
      "pi-7",
      true,
      true,
      false,
      false,
      3,
      true,
      false,
      "function",
    ]);
  });

  test("shows what a service says that can't start", () => {
    const { status, stderr } = run('import "./src/environment.ts";', { ...values, JWT_SECRET: "", PORT: "eighty" });
    expect(status).toBe(78);
    expect(readme).toContain(`\`\`\`txt\n${stderr}\`\`\``);
  });
});
