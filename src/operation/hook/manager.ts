import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FoundHooks } from "#corpus";
import { callWords, type CallForm, type HookName } from "./script.ts";

/** A program that keeps the hooks of a repository, from a file that is committed. */
export interface HookManager {
  readonly name: "husky" | "lefthook" | "pre-commit";
  /** of husky the folder with a file for each hook */
  readonly file: string;
  /** hooks that its file calls already */
  readonly calls: readonly HookName[];
}

/** What else than Git itself decides which hooks run; undefined where nothing does. */
export async function findManager({ folder, top }: FoundHooks): Promise<HookManager | undefined> {
  if (top === undefined) return undefined;
  const husky = /^(.*\/\.husky)(?:\/_)?$/.exec(folder)?.[1];
  if (husky !== undefined)
    return { name: "husky", file: husky, calls: await callsOf(husky, ["pre-commit", "pre-push"]) };
  const names = await readdir(top);
  for (const [name, pattern] of files) {
    const file = names.find((one) => pattern.test(one));
    if (file !== undefined) return { name, file: join(top, file), calls: await callsOf(top, [file]) };
  }
  return undefined;
}

const files = [
  ["lefthook", /^\.?lefthook\.(?:ya?ml|json|jsonc|toml)$/],
  ["pre-commit", /^\.pre-commit-config\.yaml$/],
] as const;

async function callsOf(folder: string, names: readonly string[]): Promise<readonly HookName[]> {
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  return (["pre-commit", "pre-push"] as const).filter((hook) =>
    texts.some((text) => text.includes(`hook run ${hook}`)),
  );
}

/** What the file of a manager needs, in its own words. */
export function managerText(name: "lefthook" | "pre-commit", options: readonly string[]): string {
  const call = (hook: HookName, form: CallForm = {}) =>
    ["npx --no-install keyturn", ...callWords(hook, { ...form, options })].join(" ");
  return managerTexts[name](call);
}

type CallText = (hook: HookName, form?: CallForm) => string;

const managerTexts = {
  lefthook: (call: CallText) => `pre-commit:
  commands:
    keyturn:
      run: ${call("pre-commit")}
pre-push:
  commands:
    keyturn:
      run: ${call("pre-push", { remote: '"{1}"' })}
      use_stdin: true
`,
  // it gives no standard input to a hook of before a push, but tells in the environment what is pushed
  "pre-commit": (call: CallText) => `  - repo: local
    hooks:
      - id: keyturn-pre-commit
        name: secrets and environment files, in what is staged
        entry: ${call("pre-commit")}
        language: system
        always_run: true
        pass_filenames: false
        stages: [pre-commit]
      - id: keyturn-pre-push
        name: secrets and environment files, in what is pushed
        entry: ${call("pre-push", { remote: "" })}
        language: system
        always_run: true
        pass_filenames: false
        stages: [pre-push]
`,
} as const;
