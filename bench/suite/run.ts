import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Bench, Benchmark } from "../benchmark.ts";
import { atMost } from "../claim.ts";
import { contract, environmentFile, fiftyValues } from "../fifty.ts";
import { must } from "../process.ts";
import { race, type Contender } from "../race.ts";
import { manifest } from "../secret-project.ts";

export const run: Benchmark = {
  name: "run",
  title: "`run -- true` with 50 variables",
  about: `Each gives the same 50 variables to \`true\`. Keyturn opens them from its store, writes an entry into its audit log that is on
the disk before the values leave, and masks what the command prints; dotenvx and varlock read a plain \`.env\`. Both come from npm, as
they are there today.

Half of theirs is not reached: about two thirds of dotenvx's processor time was measured. Of what Keyturn adds to Node, a
third is loading code (yaml, zod and kysely above all), a fifth reads manifest and contract, the rest opens the store, the
values, and starts the child. The two attempts and what each step brought are in decisions/0007-bundle.md.`,
  measure: async (bench) => {
    const contenders = [await keyturnRun(bench), ...(await others(bench))];
    const [keyturn, dotenvx, varlock] = await race(contenders, { rounds: 15, signal: bench.signal });
    if (keyturn === undefined || dotenvx === undefined || varlock === undefined) return [];
    return [
      { what: keyturn.name, timing: keyturn, claim: atMost(0.5, keyturn, dotenvx) },
      { what: "", claim: atMost(0.5, keyturn, varlock) },
      { what: dotenvx.name, timing: dotenvx },
      { what: varlock.name, timing: varlock },
    ];
  },
};

async function keyturnRun({ folder, keyturn }: Bench): Promise<Contender> {
  const project = await write(join(folder, "keyturn"), { "keyturn.yaml": manifest, ".env.example": contract() });
  const call = (words: readonly string[], input = "") =>
    must([process.execPath, keyturn, ...words], { cwd: project, env: { KEYTURN_HOME: join(project, "home") }, input });
  await call(["init", "--yes"]);
  await call(["import", "-", "--yes"], environmentFile(fiftyValues()));
  await call(["grant", "--missing", "--yes"]);
  return { name: "keyturn run bench -- true", run: async () => void (await call(["run", "bench", "--", "true"])) };
}

/** The commands as npm installs them; Node is the one that runs us. */
async function others({ folder, tell }: Bench): Promise<readonly Contender[]> {
  const project = await write(join(folder, "others"), { "package.json": "{}", ".env": environmentFile(fiftyValues()) });
  const env = { PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` };
  tell("installing dotenvx and varlock");
  const packages = ["@dotenvx/dotenvx", "varlock"];
  await must(["npm", "install", "--silent", "--no-audit", "--no-fund", ...packages], { cwd: project, env });
  return ["dotenvx", "varlock"].map((name) => ({
    name: `${name} run -- true`,
    run: async () => {
      const program = join(project, "node_modules/.bin", name);
      await must([program, "run", "--", "true"], { cwd: project, env });
    },
  }));
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
