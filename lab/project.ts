import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import { place } from "./place.ts";
import { attempt, type Outcome } from "./run.ts";

/** A platform in a folder of its own, with a home of its own, driven by the real command as a user would. */
export interface Project {
  readonly folder: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  keyturn(words: readonly string[], options?: CallOptions): Promise<Outcome>;
  /** stores a value and remembers it for {@link leaks} */
  set(name: string, value: string): Promise<void>;
  /** remembered as well: whatever else must never be shown */
  plant(value: string): string;
  /** planted values that some command so far has shown, each shortened */
  leaks(): readonly string[];
  /** everything shown so far */
  said(): string;
  remove(): void;
}

interface CallOptions {
  readonly input?: string;
  /** another store: as a second operator without a link to the first would have it */
  readonly home?: string;
}

export async function openProject(files: Readonly<Record<string, string>>): Promise<Project> {
  const folder = mkdtempSync(join(tmpdir(), "keyturn-lab-project-"));
  const planted: string[] = [];
  let said = "";
  const write = async (more: typeof files) => {
    for (const [path, text] of Object.entries(more)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  const keyturn = async (words: readonly string[], { input = "", home = "home" }: CallOptions = {}) => {
    const env = { KEYTURN_SSH_CONFIG: place.sshConfig, KEYTURN_HOME: join(folder, home) };
    const outcome = await attempt([process.execPath, inject("command"), ...words], { cwd: folder, env, input });
    said += `${outcome.stdout}\n${outcome.stderr}\n`;
    return outcome;
  };
  await write(files);
  return {
    folder,
    write,
    keyturn,
    set: async (name, value) => {
      planted.push(value);
      const { status, stderr } = await keyturn(["set", name, "--grant"], { input: `${value}\n` });
      if (status !== 0) throw new Error(`${name} could not be set: ${stderr}`);
    },
    plant: (value) => {
      planted.push(value);
      return value;
    },
    leaks: () =>
      planted
        .flatMap(forms)
        .filter((form) => said.includes(form))
        .map((form) => `${form.slice(0, 4)}…`),
    said: () => said,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A value as it is, line by line, and as base64; what is too short to mean anything is left out. */
function forms(value: string): readonly string[] {
  return [...value.split("\n"), Buffer.from(value).toString("base64")].filter((form) => form.length >= 8);
}
