import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ignoreState, localOnly } from "#corpus";
import { AppError } from "#kernel";
import type { Context } from "../context.ts";

export interface MadeStore {
  readonly home: string;
  /** set where the store is in a database on a server */
  readonly address?: string;
  readonly kind: "made" | "there";
  /** set where the key lies beside the data it opens */
  readonly plainKey?: string;
}

export async function hasManifest({ manifest }: Pick<Context, "manifest">): Promise<boolean> {
  return (await stat(manifest).catch(() => undefined)) !== undefined;
}

/** ALREADY_EXISTS where there is one: nothing is ever written over. */
export async function writeManifest({ manifest }: Pick<Context, "manifest">, text: string): Promise<void> {
  await writeFile(manifest, text, { flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "EEXIST") throw new AppError("ALREADY_EXISTS", `${manifest} is there already`, { cause });
    throw new AppError("FILE_UNREADABLE", `${manifest} can't be written`, { cause });
  });
}

/** Adds what never enters source control to the folder's .gitignore, and gives the lines that were added. */
export async function extendIgnoreList(folder: string, committed: readonly string[]): Promise<readonly string[]> {
  const file = join(folder, ".gitignore");
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text.split("\n").map((line) => line.trim());
  const missing = await unlisted(folder, lines);
  if (missing.length === 0) return [];
  const kept = [...new Set(committed.map(exception))].filter((line) => !lines.includes(line));
  const added = [...missing, ...kept];
  const start = text === "" || text.endsWith("\n") ? "" : "\n";
  await appendFile(file, `${start}${added.map((line) => `${line}\n`).join("")}`);
  return added;
}

/** Outside a repository the list is made all the same: a repository may come. */
async function unlisted(folder: string, lines: readonly string[]): Promise<readonly string[]> {
  const state = await ignoreState(folder);
  if (state.kind !== "repository") return localOnly.filter((entry) => !lines.includes(entry));
  const open = state.entries.filter(({ listed }) => !listed).map(({ entry }) => entry);
  return state.exampleIgnored && open.length === 0 ? ["!.env.example"] : open;
}

/** A contract by its name in any folder, a brand file by its own path. */
function exception(path: string): string {
  return basename(path) === ".env" ? `!/${path}` : `!${basename(path)}`;
}

/** The store of this home, made with a key where there is none; one that nobody has written to yet counts as made now. */
export async function prepareStore(context: Context, wanted?: string): Promise<MadeStore> {
  const { actor, home } = context;
  const store = await context.makeStore(wanted);
  const kind = await store.transaction(async ({ audit }) => {
    if ((await audit.head()).size > 0) return "there";
    await audit.append({ actor, action: "store.make", subject: home, detail: {} });
    return "made";
  });
  const address = (await context.storePlace()).server?.address;
  const plainKey = join(context.home, "plain.key");
  const plain = (await stat(plainKey).catch(() => undefined)) !== undefined;
  return { home, kind, ...(address === undefined ? {} : { address }), ...(plain ? { plainKey } : {}) };
}
