import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { catalog } from "../../src/cli/catalog.ts";
import { shop } from "../operation/make-context.ts";
import { makeFolder, run } from "./folder.ts";
import { keyturnIn } from "./keyturn.ts";

test("docs prints the four pages, writes them, and leaves files of others alone", async () => {
  const { keyturn, path } = await makeFolder(shop);
  const { code, out } = await keyturn("docs");
  expect(code).toBe(0);
  expect(out).toMatch(
    /^# shop, local: variables of each service\n[^]*# shop, local: variables by service\n[^]*# shop, local: secrets\n[^]*# shop, local: runbook\n/,
  );
  expect(out).toMatch(/\| `MONGO_URI` \| api \| .* \| the database's own page; read from: store \|/);
  expect((await keyturn("docs", "--output", "pages")).out.split("\n")).toHaveLength(5);
  expect((await keyturn("docs", "--output", "pages")).code).toBe(0);
  await writeFile(join(path, "pages/secrets.md"), "# our own notes\n");
  const refused = await keyturn("docs", "--output", "pages");
  expect([refused.code, refused.err]).toEqual([73, expect.stringContaining("was not written by `keyturn docs`")]);
  expect(await readFile(join(path, "pages/secrets.md"), "utf8")).toBe("# our own notes\n");
  expect((await keyturn("docs", "--html")).out).toMatch(/^<!doctype html>/);
});

test("schema prints what the repository has", async () => {
  const { keyturn } = await makeFolder({});
  const file = join(import.meta.dirname, "../../schema/keyturn.schema.json");
  expect(JSON.parse((await keyturn("schema")).out)).toEqual(JSON.parse(await readFile(file, "utf8")));
});

test("audit shows a table, verify and checkpoint prove it", async () => {
  const { keyturn } = await keyturnIn();
  await keyturn("set SITE", { input: "first-value" });
  const { out } = await keyturn("audit --subject SITE --limit 5");
  expect(out).toMatch(
    /^NUMBER +TIME +ACTOR +ACTION +ENVIRONMENT +SUBJECT +DETAIL\n1 +\d{4}-.*Z +\S+@\S+ +value\.set +local +SITE /,
  );
  expect(out).not.toContain("first-value");
  const { out: note, err } = await keyturn("audit checkpoint");
  expect(note).toMatch(/^keyturn\/store_\w+\n1\n[\w+/=]{44}\n\n— keyturn\/store_\w+ [\w+/=]+\n$/);
  expect(err).toMatch(/^verifier: keyturn\/store_\w+\+[0-9a-f]{8}\+\S+\n$/);
  const verified = await keyturn("audit verify");
  expect([verified.code, verified.out]).toEqual([
    0,
    expect.stringMatching(/^sound: 1 entry, none changed, none missing\n/),
  ]);
  expect(await keyturn("audit --limit 0")).toMatchObject({ code: 64 });
  expect(await keyturn("audit verify --checkpoint keyturn.yaml")).toMatchObject({ code: 1 });
});

test("in bash, tab completes verbs, options, and names of the manifest", async () => {
  const { path, tab } = await bashIn();
  expect(await tab("keyturn pla")).toEqual(["plan"]);
  expect(await tab("keyturn audit v")).toEqual(["verify"]);
  expect(await tab("keyturn check --co")).toEqual(["--code"]);
  expect(await tab("keyturn set M")).toEqual(["MONGO_URI"]);
  expect(await tab("keyturn plan api@")).toEqual(["here", "there"]);
  expect(await tab("keyturn list --service ")).toEqual(["api", "web"]);
  expect(await tab("keyturn check --env ")).toEqual(["local"]);
  expect(await tab("keyturn ")).toEqual(catalog.filter(({ name }) => !name.includes(" ")).map(({ name }) => name));
  await writeFile(join(path, "keyturn.yaml"), "broken: [");
  expect(await tab("keyturn plan ")).toEqual([]);
});

test("bash takes the function for keyturn, and another shell than the three is refused", async () => {
  const { bash } = await bashIn();
  expect((await bash("complete -p keyturn")).out).toMatch(/-F _keyturn keyturn\n$/);
  const { keyturn } = await makeFolder({});
  expect(await keyturn("completion", "tcsh")).toMatchObject({ code: 64, out: "" });
  for (const shell of ["zsh", "fish"]) expect((await keyturn("completion", shell)).out).toContain("__complete -- ");
});

/** A real bash that has sourced the script, with `keyturn` on its path. */
async function bashIn() {
  const { path } = await makeFolder(shop);
  await mkdir(join(path, "bin"));
  const node = `#!/bin/sh\nexec '${process.execPath}' '${inject("command")}' "$@"\n`;
  await writeFile(join(path, "bin/real"), node, { mode: 0o755 });
  await symlink("real", join(path, "bin/keyturn"));
  const source = "set -u; source <(keyturn completion bash)";
  const bash = (script: string) => run(path, "bash", ["-c", `${source}; ${script}`], join(path, "bin"));
  const tab = async (line: string): Promise<readonly string[]> => {
    const press = `COMP_LINE='${line}'; COMP_POINT=${line.length}; _keyturn; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { out } = await bash(press);
    return out.split("\n").filter((word) => word !== "");
  };
  return { path, bash, tab };
}
