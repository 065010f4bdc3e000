import { open, readFile } from "node:fs/promises";

const piece = 8 * 1024 * 1024;

/** Which of these bytes are anywhere in what a process may write to. Root alone may look. */
export async function foundIn(pid: number, wanted: Readonly<Record<string, Buffer>>): Promise<readonly string[]> {
  const found = new Set<string>();
  const overlap = Math.max(...Object.values(wanted).map(({ length }) => length)) - 1;
  const memory = await open(`/proc/${pid}/mem`, "r");
  try {
    for (const { from, to } of await writable(pid)) {
      for (let at = from; at < to; at += piece) {
        const bytes = Buffer.alloc(Math.min(piece + overlap, to - at));
        // a region may be gone since it was listed
        const { bytesRead } = await memory.read(bytes, 0, bytes.length, at).catch(() => ({ bytesRead: 0 }));
        const read = bytes.subarray(0, bytesRead);
        for (const [name, value] of Object.entries(wanted)) if (read.includes(value)) found.add(name);
        if (found.size === Object.keys(wanted).length) return [...found].toSorted();
      }
    }
  } finally {
    await memory.close();
  }
  return [...found].toSorted();
}

async function writable(pid: number): Promise<readonly { readonly from: number; readonly to: number }[]> {
  const lines = (await readFile(`/proc/${pid}/maps`, "utf8")).split("\n");
  return lines.flatMap((line) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    return from === undefined || to === undefined
      ? []
      : [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }];
  });
}
