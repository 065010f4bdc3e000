import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { desirePlatform, type BoundTarget, type Stock } from "#binding";
import { renderDialect } from "#delivery";
import { AppError, isoTime, Sensitive } from "#kernel";
import type { EnvironmentStore, Version } from "#store";
import { inPlatform, record } from "../change.ts";
import type { Context } from "../context.ts";
import { separateFiles } from "./file-variable.ts";
import { writePrivate } from "./private-file.ts";
import { readStock } from "../deploy/survey.ts";
import { versionText } from "./version-text.ts";

export interface EjectResult {
  readonly folder: string;
  /** relative to the folder */
  readonly files: readonly string[];
  /** targets with a value that a dotenv file can't carry: theirs is JSON */
  readonly asJson: readonly string[];
}

/** Everything of an environment as plain files: an env file per service and host, and one document with all the rest. */
export async function ejectEnvironment(context: Context, folder: string): Promise<EjectResult> {
  const { platform } = await context.loadPlatform();
  await makeEmpty(folder);
  const { stock, document } = await inPlatform(context, platform, async (environment, tx) => {
    const stock = await readStock(environment);
    const document = await exportDocument(context, environment, stock);
    const versions = [...stock.versions.values()].flat().map(versionText);
    const detail = { folder, names: [...stock.versions.keys()], versions };
    await record(context, tx, { action: "store.eject", subject: context.environment, detail });
    return { stock, document };
  });
  const { targets } = desirePlatform({ platform, stock, sources: new Map() });
  const written = [];
  for (const target of targets) written.push(await writeTarget(folder, target));
  await writePrivate(join(folder, "export.json"), Sensitive.of(`${JSON.stringify(document, null, 2)}\n`), false);
  return {
    folder,
    files: [...written.flatMap(({ files }) => files), "export.json"],
    asJson: written.filter(({ dialect }) => dialect === "json").map(({ target }) => target),
  };
}

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length === 0) return;
  throw new AppError("ALREADY_EXISTS", `${folder} is not empty`, { hint: "name a new folder" });
}

/** File variables lie beside, and the target's file has their paths. */
async function writeTarget(folder: string, { desired, variables }: BoundTarget) {
  const { target } = desired;
  const beside = `${target}.files`;
  const separated = separateFiles(variables, (name) => join(folder, beside, name));
  const { dialect, content } = plainFile(separated.variables);
  const file = `${target}.${dialect === "json" ? "json" : "env"}`;
  await writePrivate(join(folder, file), content, false);
  if (separated.attachments.length > 0) await mkdir(join(folder, beside), { mode: 0o700 });
  for (const one of separated.attachments) await writePrivate(join(folder, beside, one.name), one.content, false);
  return { target, dialect, files: [file, ...separated.attachments.map(({ name }) => `${beside}/${name}`)] };
}

function plainFile(variables: BoundTarget["variables"]) {
  try {
    return { dialect: "dotenv" as const, content: renderDialect("dotenv", variables) };
  } catch (error) {
    if (!(error instanceof AppError && error.code === "VALUE_UNCARRIABLE")) throw error;
    return { dialect: "json" as const, content: renderDialect("json", variables) };
  }
}

/** The one place outside `leak` and `delivery` where values become text: it is what the file is for. */
async function exportDocument(context: Context, environment: EnvironmentStore, stock: Stock): Promise<unknown> {
  const { values, grants, releases } = environment;
  const names = [...stock.versions.keys()].toSorted();
  const history = [];
  for (const name of names) history.push(...(await values.history(name)));
  return {
    format: "keyturn-export-1",
    environment: context.environment,
    exportedAt: isoTime(context.clock.now()),
    values: [...stock.versions.values()]
      .flat()
      .map((version) => ({ ...metadata(version), ...content(version, stock) })),
    history: history.map(metadata),
    grants: (await grants.list()).map((grant) => ({ ...grant, createdAt: isoTime(grant.createdAt) })),
    releases: (await releases.list(10_000)).map((one) => ({ ...one, createdAt: isoTime(one.createdAt) })),
  };
}

function metadata({ name, scope, number, state, sensitive, origin, actor, createdAt }: Version) {
  return { name, ...scope, version: number, state, sensitive, origin, actor, createdAt: isoTime(createdAt) };
}

/** Text where it is text, base64 otherwise; neither for a row that can't be opened. */
function content({ id }: Version, { opened }: Stock): { readonly value?: string; readonly base64?: string } {
  const bytes = opened.get(id)?.reveal();
  if (bytes === undefined) return {};
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? { value: text } : { base64: bytes.toString("base64") };
}
