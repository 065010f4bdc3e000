import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { list } from "tar";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildBundle, type BundleInput } from "#delivery";
import { AppError, Sensitive } from "#kernel";

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

  test("when the build makes no folder where the manifest says", async () => {
    const input = await inputFor("");
    expect((await failure({ ...input, runtime: { ...input.runtime, output: "elsewhere" } })).code).toBe(
      "PREPARE_FAILED",
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
    secrets: [{ name: "JWT_SECRET", value: Sensitive.of(secret) }],
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
