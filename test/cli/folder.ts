import { execFile } from "node:child_process";
import { inject } from "vitest";
import { writeProject, type Files } from "../operation/make-context.ts";
import type { Outcome } from "./keyturn.ts";

const bin = inject("command");

export interface Folder {
  readonly path: string;
  readonly keyturn: (...words: readonly string[]) => Promise<Outcome>;
}

/** The real command in a new folder that has these files and no store. */
export async function makeFolder(files: Files): Promise<Folder> {
  const path = await writeProject(files);
  return { path, keyturn: (...words) => run(path, process.execPath, [bin, ...words]) };
}

/** Never throws: the exit code is an answer. */
export function run(cwd: string, program: string, words: readonly string[], path = ""): Promise<Outcome> {
  const env = { PATH: `${path}${path === "" ? "" : ":"}${process.env["PATH"] ?? ""}`, HOME: cwd };
  return new Promise((resolve) => {
    execFile(program, [...words], { cwd, env }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ code, out, err });
    });
  });
}
