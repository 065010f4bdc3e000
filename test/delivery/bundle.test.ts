import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { list } from "tar";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildBundle, type BundleInput } from "#delivery";
import { AppError, Sensitive } from "#kernel";
import { tagOf } from "../../src/operation/scan/format/invented.ts";
import { knownFormats } from "../../src/operation/scan/format/known-formats.ts";

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const base64 = (content: string | Uint8Array) => Buffer.from(content).toString("base64");
const secret = "s3cr3t-of-the-backend-0123456789";

describe("a bundle", () => {
  test("is built from the variables and nothing else of this environment", async () => {
    const input = await inputFor(
      `write("app.js", JSON.stringify([process.env.VITE_NAME, process.env.FOREIGN ?? null]));`,
    );
    const { archive } = await buildBundle({ ...input, environment: { ...input.environment, FOREIGN: "no" } });
    expect(await filesOf(archive)).toEqual({ "app.js": '["Vox",null]' });
  });

  test("has the same id whenever the same is built, and another when it is not", async () => {
    const input = await inputFor(`write("b.js", "2"); write("a.js", process.env.VITE_NAME);`);
    const first = await buildBundle(input);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await buildBundle(input)).id).toBe(first.id);
    const other = await buildBundle({
      ...input,
      variables: [{ name: "VITE_NAME", value: Sensitive.of("Other"), sensitive: false }],
    });
    expect(other.id).not.toBe(first.id);
  });

  test("may name its folder with a slash at the end", async () => {
    const input = await inputFor(`write("deep/app.js", "1");`);
    const { archive } = await buildBundle({ ...input, runtime: { ...input.runtime, output: "dist/" } });
    expect(Object.keys(await filesOf(archive))).toEqual(["deep/app.js"]);
  });
});

describe("nothing is published", () => {
  test("when a sensitive variable would be built in", async () => {
    const input = await inputFor(`write("app.js", "1");`);
    const variables = [{ name: "VITE_KEY", value: Sensitive.of("x"), sensitive: true }];
    expect(await failure({ ...input, variables })).toMatchObject({
      code: "LEAK_FOUND",
      message: expect.stringContaining("VITE_KEY"),
    });
  });

  // little text would be stored as it is
  const after200 = `${Array.from({ length: 200 }, (_, at) => `line ${at}\n`).join("")}${secret}`;
  const source = JSON.stringify({ version: 3, sources: ["src/a.ts"], sourcesContent: [`\n// ${secret}`] });
  test.each([
    ["app.js.map", source, "app.js.map:1"],
    ["app.js.map", `)]}'\n${JSON.stringify({ sections: [{ map: JSON.parse(source) }] })}`, "app.js.map:2"],
    ["app.js", `1;\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${base64(source)}`, "app.js:2"],
    ["app.css", `a{}\n/*# sourceMappingURL=data:application/json,${encodeURIComponent(source)} */`, "app.css:2"],
    ["app.js.gz", gzipSync(`x\n${secret}`), "app.js.gz, unpacked:2"],
    ["app.js.br", brotliCompressSync(after200), "app.js.br, unpacked:201"],
    ["app.js.zst", zstdCompressSync(after200), "app.js.zst, unpacked:201"],
    ["app.js.map.gz", gzipSync(source), "app.js.map.gz, unpacked:1"],
  ])("when a secret is in %s, in one form or another", async (place, content, told) => {
    const script = `write(${JSON.stringify(place)}, Buffer.from(${JSON.stringify(base64(content))}, "base64"));`;
    const error = await failure(await inputFor(script));
    expect(error.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${told} holds the value of JWT`),
    ]);
  });

  for (const [place, text] of [
    ["app.js", `const key = "${secret}";`],
    ["app.js.map", `{"sourcesContent":["const key = \\"${secret}\\";"]}`],
    ["encoded.js", Buffer.from(secret).toString("base64")],
  ] as const) {
    test(`when a secret of the platform is in ${place}`, async () => {
      const error = await failure(await inputFor(`write(${JSON.stringify(place)}, ${JSON.stringify(text)});`));
      expect(error.code).toBe("LEAK_FOUND");
      expect(error.findings.map(({ message }) => message).join()).toContain(`${place}:1 holds the value of JWT_SECRET`);
      expect(JSON.stringify([error.message, error.findings])).not.toContain(secret);
    });
  }

  test("when the build fails, and what it printed is masked", async () => {
    const lines: string[] = [];
    const input = await inputFor(`console.log("key ${secret}"); process.exit(4);`);
    const error = await failure({ ...input, onLine: (line) => void lines.push(line) });
    expect([error.code, error.message.includes("ended with 4")]).toEqual(["PREPARE_FAILED", true]);
    expect(lines.join()).toContain("key ");
    expect(lines.join()).not.toContain(secret);
  });

  test("when the build fails, and a terminal's colours are left out of what it printed, masked all the same", async () => {
    const half = secret.length / 2;
    const coloured = `\u001b[1;31merror\u001b[39m in \u001b]8;;file:a.ts\u0007a.ts\u001b]8;;\u0007: ${secret.slice(0, half)}`;
    const links = `${secret.slice(0, 4)}\u001b]8;;x\u0007${secret.slice(4)}`;
    const script = `console.log(${JSON.stringify(`${coloured}\u001b[32m${secret.slice(half)}\u001b[0m\n${links}`)}); process.exit(4);`;
    const lines: string[] = [];
    await failure({ ...(await inputFor(script)), onLine: (line) => void lines.push(line) });
    expect(lines).toEqual(["error in a.ts: [JWT_SECRET]", "[JWT_SECRET]"]);
  });

  test("when the build makes no folder where the manifest says", async () => {
    const input = await inputFor("");
    expect((await failure({ ...input, runtime: { ...input.runtime, output: "elsewhere" } })).code).toBe(
      "PREPARE_FAILED",
    );
  });
});

describe("a bundle is searched", () => {
  const google = `AIza${createHash("sha256").update("bundle").digest("base64url").slice(0, 35)}`;
  const deepgram = createHash("sha256").update("key").digest("hex").slice(0, 40);
  const formats = knownFormats({ now: 0 });
  const searched = async (script: string, search: Partial<BundleInput["search"]> = {}) => {
    const input = await inputFor(script);
    return { ...input, search: { ...input.search, formats, ...search } };
  };
  const messages = async (input: BundleInput) => (await failure(input)).findings.map(({ message }) => message);

  test("for versions that have ended, and tells what they are", async () => {
    const old = (state: "retired" | "compromised", version: number) => ({
      name: "JWT_SECRET",
      version,
      state,
      value: Sensitive.of(`${secret}-of-version-${version}`),
    });
    const secrets = [old("retired", 1), old("compromised", 2)];
    const script = `write("a.js", ${JSON.stringify(`"${secret}-of-version-1"\n"${base64(`${secret}-of-version-2`)}"`)});`;
    expect(await messages(await searched(script, { secrets }))).toEqual([
      "a.js:1 holds the value of JWT_SECRET v1, retired (literal)",
      "a.js:2 holds the value of JWT_SECRET v2, compromised (base64)",
    ]);
    // what is public now was a secret once
    const shown = [{ name: "OPEN", value: Sensitive.of(`${secret}-of-version-1`) }];
    const again = `write("a.js", "${secret}-of-version-1");`;
    await buildBundle(await searched(again, { secrets, shown }));
    const compromised = await failure(await searched(again, { secrets: [old("compromised", 1)], shown }));
    expect(compromised.findings.map(({ hint }) => hint)).toEqual(["it can't be accepted: take it out"]);
  });

  test("for credentials that the store does not have, in the file, its source map, and what is compressed", async () => {
    const map = JSON.stringify({ sources: ["src/a.ts"], sourcesContent: [`\nconst deepgramApiKey = "${deepgram}";`] });
    const script = `write("a.js", "x('${google}')"); write("a.js.map", ${JSON.stringify(map)}); write("b.js.gz", require("node:zlib").gzipSync("y('${google}')"));`;
    const input = await searched(script);
    const told = await messages(input);
    expect(told).toEqual([
      "a.js:1 holds a credential that the store does not have: google API key",
      "a.js.map:1 holds a credential that the store does not have: deepgram API key, by its place",
      "b.js.gz, unpacked:1 holds a credential that the store does not have: google API key",
    ]);
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`${google}|${deepgram}`));
  });

  test("and what anybody may see does not count: public variables, the brand file, keys for browsers, what was accepted", async () => {
    const anon = `${base64url({ alg: "HS256" })}.${base64url({ role: "anon", exp: 4_000_000_000 })}.${"aZ9".repeat(15)}`;
    const script = `write("a.js", JSON.stringify([${JSON.stringify(google)}, ${JSON.stringify(anon)}, "sb_publishable_${deepgram}"]));`;
    expect(await messages(await searched(script))).toHaveLength(1);
    await buildBundle(await searched(script, { shown: [{ name: "MAPS_KEY", value: Sensitive.of(google) }] }));
    const asVariable = await searched(script);
    const variables = [{ name: "VITE_MAPS_KEY", value: Sensitive.of(google), sensitive: false }];
    await buildBundle({ ...asVariable, variables });
    const branded = await searched(script);
    await writeFile(join(branded.folder, "web/brand/.env"), `VITE_MAPS_KEY=${google}\n`);
    await buildBundle({ ...branded, runtime: { ...branded.runtime, brand: "brand/.env" } });
    const accepted = new Set([`google API key ${tagOf("google API key", google)}`]);
    await buildBundle(await searched(script, { accepted }));
  });
});

describe("the way out of a credential in a bundle", () => {
  const google = `AIza${createHash("sha256").update("way").digest("base64url").slice(0, 35)}`;
  const hintFor = async (name: string, search: Partial<BundleInput["search"]> = {}) => {
    const input = await inputFor(`write(${JSON.stringify(name)}, "x('${google}')");`);
    const formats = knownFormats({ now: 0 });
    const [finding] = (await failure({ ...input, search: { ...input.search, formats, ...search } })).findings;
    return { command: /keyturn scan .* --accept/.exec(finding?.hint ?? "")?.[0], message: finding?.message };
  };

  test("is a command that a shell reads as it was meant, whatever the file's name", async () => {
    expect((await hintFor("a b.js")).command).toBe("keyturn scan 'web/dist/a b.js' --accept");
    expect((await hintFor("it's $(id).js")).command).toBe("keyturn scan 'web/dist/it'\\''s $(id).js' --accept");
    expect((await hintFor("\u001b[2J.js")).message).toMatch(/^\\u\{1b\}\[2J\.js:1 holds/);
  });

  test("says that it was accepted until a day, which is over", async () => {
    const once = { reason: "a browser's key", until: "2026-01-31" };
    const ended = new Map([[`google API key ${tagOf("google API key", google)}`, once]]);
    expect((await hintFor("a.js", { ended })).message).toBe(
      "a.js:1 holds a credential that the store does not have: google API key, accepted until 2026-01-31, which is over: a browser's key",
    );
  });
});

describe("the brand file", () => {
  test("stands as .env while the package is built, and not afterwards, also when the build fails", async () => {
    for (const end of ["", "process.exit(1);"]) {
      const input = await inputFor(`write("app.js", fs.readFileSync(".env", "utf8")); ${end}`);
      const branded = { ...input, runtime: { ...input.runtime, brand: "brand/.env" } };
      const result = await buildBundle(branded).catch((error: unknown) => error);
      if (end === "")
        expect(await filesOf((result as { archive: Uint8Array }).archive)).toEqual({ "app.js": "VITE_NAME=Brand\n" });
      else expect(result).toBeInstanceOf(AppError);
      expect(existsSync(join(input.folder, "web/.env"))).toBe(false);
    }
  });

  test("does not cost anyone the .env that they had there", async () => {
    const input = await inputFor(`write("app.js", "1");`);
    const own = join(input.folder, "web/.env");
    await writeFile(own, "MINE=1\n");
    await buildBundle({ ...input, runtime: { ...input.runtime, brand: "brand/.env" } });
    expect(await readFile(own, "utf8")).toBe("MINE=1\n");
  });
});

async function inputFor(script: string): Promise<BundleInput> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-bundle-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "web/brand"), { recursive: true });
  await writeFile(join(folder, "web/brand/.env"), "VITE_NAME=Brand\n");
  const write = `const fs = require("node:fs"); const path = require("node:path");
    const write = (name, text) => {
      fs.mkdirSync(path.dirname(path.join("dist", name)), { recursive: true });
      fs.writeFileSync(path.join("dist", name), text);
    };`;
  await writeFile(join(folder, "web/build.cjs"), `${write}\n${script}\n`);
  return {
    runtime: {
      kind: "vite",
      directory: "web",
      build: [process.execPath, "build.cjs"],
      output: "dist",
      publish: "/opt/console",
      owner: "www-data",
      group: "www-data",
    },
    folder,
    variables: [{ name: "VITE_NAME", value: Sensitive.of("Vox"), sensitive: false }],
    search: {
      secrets: [{ name: "JWT_SECRET", value: Sensitive.of(secret) }],
      shown: [],
      formats: [],
      accepted: new Set(),
      ended: new Map(),
    },
    environment: { PATH: process.env["PATH"] },
    onLine: () => undefined,
  };
}

async function failure(input: BundleInput): Promise<AppError> {
  const error = await buildBundle(input).then(
    () => new Error("it was built"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw error;
}

async function filesOf(archive: Uint8Array): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(join(tmpdir(), "keyturn-archive-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "bundle.tar");
  await writeFile(path, archive);
  const found: Record<string, string> = {};
  await list({
    file: path,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => void chunks.push(chunk));
      entry.on("end", () => {
        found[entry.path] = Buffer.concat(chunks).toString("utf8");
      });
    },
  });
  return found;
}
