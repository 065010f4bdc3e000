import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { place } from "./place.ts";

/** Linux lets root have 128 of them on the whole machine: twenty systemds with their services need more to boot. */
const setting = "/proc/sys/fs/inotify/max_user_instances";
const eachHost = 16;

/** What it was is written down first, for {@link restoreLimit}. */
export async function raiseLimit(hosts: number): Promise<void> {
  const before = await readFile(setting, "utf8");
  if (Number(before) >= hosts * eachHost) return;
  await writeFile(place.limit, before);
  await writeFile(setting, `${hosts * eachHost}\n`);
}

export async function restoreLimit(): Promise<void> {
  if (existsSync(place.limit)) await writeFile(setting, await readFile(place.limit));
}
