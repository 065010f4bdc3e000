/** Files with files in them, and files that were compressed. */
export type ArchiveKind = "gzip" | "zstd" | "zip" | "tar" | "other compression";

/** so many bytes of a file tell what it is */
export const headLength = 512;

const beginnings: readonly (readonly [ArchiveKind, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b, 0x08]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  // xz, compress, lzip
  ["other compression", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["other compression", [0x1f, 0x9d]],
  ["other compression", [0x4c, 0x5a, 0x49, 0x50, 0x01]],
];

/** bzip2, behind `BZh` and a digit */
const pi = Buffer.from([0x31, 0x41, 0x59, 0x26, 0x53, 0x59]);

/** By its bytes, whatever its name; undefined for all else. */
export function archiveKind(head: Uint8Array): ArchiveKind | undefined {
  const known = beginnings.find(([, bytes]) => bytes.every((byte, at) => head[at] === byte));
  if (known !== undefined) return known[0];
  if (head[0] === 0x42 && head[1] === 0x5a && pi.equals(head.subarray(4, 10))) return "other compression";
  return isTarHeader(head) ? "tar" : undefined;
}

/** A tar file has no mark of its own: the header's checksum is right, and something was summed up. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.byteLength < 512 || block[0] === 0) return false;
  // nearly every file ends here
  const first = block[148] ?? 0;
  if (first !== 0x20 && (first < 0x30 || first > 0x37)) return false;
  const text = Buffer.from(block.subarray(148, 156)).toString("latin1");
  const told = /^ *([0-7]{1,7})[\0 ]/.exec(text)?.[1];
  if (told === undefined) return false;
  let sum = 8 * 32;
  for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum === Number.parseInt(told, 8);
}
