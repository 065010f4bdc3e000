import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** An input that once broke a law of this reader. */
export interface Case {
  readonly reader: string;
  readonly file: string;
}

const folder = fileURLToPath(new URL("corpus/", import.meta.url));

export function corpus(): readonly Case[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((reader) => readdirSync(folder + reader).map((file) => ({ reader, file })));
}

export function readCase({ reader, file }: Case): Buffer {
  return readFileSync(`${folder}${reader}/${file}`);
}

/** Named after its bytes: the same input is one file. Gives its path. */
export function keepCase(reader: string, input: Uint8Array): string {
  const name = createHash("sha256").update(input).digest("hex").slice(0, 12);
  mkdirSync(folder + reader, { recursive: true });
  writeFileSync(`${folder}${reader}/${name}`, input);
  return `test/fuzz/corpus/${reader}/${name}`;
}
