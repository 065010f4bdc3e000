import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestSchema, renderReference, renderRunbook, type ReferencePage } from "#contract";
import { AppError } from "#kernel";
import type { Context } from "../context.ts";
import { returnLines } from "../deploy/host-rollback.ts";

/**
 * Pages that a team keeps by hand elsewhere: variables of each service, services of each variable, secrets by place, and
 * what to do at night.
 */
export async function platformPages(context: Context, form: "markdown" | "html"): Promise<readonly ReferencePage[]> {
  const { platform } = await context.loadPlatform();
  const lines = (await returnLines(context, [])).flatMap(({ target, line }) =>
    line === undefined ? [] : [[target, line] as const],
  );
  const [reference, runbook] = [renderReference(platform), renderRunbook(platform, new Map(lines))];
  if (form === "markdown") return [...reference.markdown, ...runbook.markdown];
  return [
    { file: "reference.html", text: reference.html },
    { file: "runbook.html", text: runbook.html },
  ];
}

/** Into a folder. Earlier pages are replaced; a file that somebody else wrote is not (ALREADY_EXISTS, nothing is written). */
export async function writePages(folder: string, pages: readonly ReferencePage[]): Promise<readonly string[]> {
  const paths = pages.map(({ file, text }) => ({ path: join(folder, file), text }));
  for (const { path } of paths) await refuseForeign(path);
  await mkdir(folder, { recursive: true });
  for (const { path, text } of paths) {
    const file = await open(path, "w");
    await file.writeFile(text);
    await file.close();
  }
  return paths.map(({ path }) => path);
}

/** The JSON Schema of keyturn.yaml, for editors. */
export function manifestJsonSchema(): string {
  return `${JSON.stringify(manifestSchema(), null, 2)}\n`;
}

async function refuseForeign(path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new AppError("FILE_UNREADABLE", `${path} can't be read`, { cause: error });
  });
  if (text === undefined || /Written by (?:`keyturn docs`|<code>keyturn docs<\/code>)/.test(text)) return;
  throw new AppError("ALREADY_EXISTS", `${path} was not written by \`keyturn docs\``, {
    hint: "nothing was written; name another folder",
  });
}
