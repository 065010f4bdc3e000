import { isIP } from "node:net";

/**
 * How far an address lies: `public`; `private`, a network of one's own or this machine; `barred`, never a place for a
 * key: link-local with the clouds' metadata services, multicast, unspecified, documentation, and what can't be read.
 * An IPv4 address inside an IPv6 one (mapped, compatible, NAT64, 6to4) counts as what it is.
 */
export type Reach = "public" | "private" | "barred";

export function reachOf(address: string): Reach {
  const bits = bitsOf(address);
  if (bits === undefined) return "barred";
  if (bits.width === 32) return reachIn(ranges4, bits.value, 32);
  const embedded = embeddedIPv4(bits.value);
  return embedded === undefined ? reachIn(ranges6, bits.value, 128) : reachIn(ranges4, embedded, 32);
}

interface Range {
  readonly base: bigint;
  readonly prefix: number;
  readonly reach: Reach;
}

/** IANA's registries of special-purpose addresses; single ones are metadata services of Azure, Alibaba and Amazon. */
const ranges4: readonly Range[] = [
  ...ranges("barred", "168.63.129.16/32", "100.100.100.200/32", "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24"),
  ...ranges(
    "barred",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ),
  ...ranges(
    "private",
    "10.0.0.0/8",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "198.18.0.0/15",
  ),
];

/** Only 2000::/3 is given out to the world: whatever is named nowhere is barred. */
const ranges6: readonly Range[] = [
  ...ranges("barred", "fd00:ec2::/32", "fd20:ce::/32", "2001::/23", "2001:db8::/32", "3fff::/20"),
  ...ranges("private", "::1/128", "fc00::/7"),
  ...ranges("public", "2000::/3"),
  ...ranges("barred", "::/0"),
];

const embedding: readonly { readonly range: Range; readonly shift: bigint }[] = [
  ...ranges("public", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96").map((range) => ({ range, shift: 0n })),
  ...ranges("public", "2002::/16").map((range) => ({ range, shift: 80n })),
];

function ranges(reach: Reach, ...blocks: readonly string[]): readonly Range[] {
  return blocks.map((block) => {
    const [address = "", prefix = ""] = block.split("/");
    return { base: bitsOf(address)?.value ?? 0n, prefix: Number(prefix), reach };
  });
}

function reachIn(table: readonly Range[], value: bigint, width: number): Reach {
  return table.find((range) => contains(range, value, width))?.reach ?? "public";
}

function contains({ base, prefix }: Range, value: bigint, width: number): boolean {
  const rest = BigInt(width - prefix);
  return value >> rest === base >> rest;
}

function embeddedIPv4(value: bigint): bigint | undefined {
  const found = embedding.find(({ range }) => contains(range, value, 128));
  return found === undefined ? undefined : (value >> found.shift) & 0xffff_ffffn;
}

interface Bits {
  readonly width: 32 | 128;
  readonly value: bigint;
}

function bitsOf(address: string): Bits | undefined {
  switch (isIP(address)) {
    case 4:
      return { width: 32, value: joined(address.split(".").map(Number), 8n) };
    case 6:
      // a zone makes it link-local, and such addresses are barred in any case
      return address.includes("%") ? undefined : { width: 128, value: joined(groupsOf(address), 16n) };
    default:
      return undefined;
  }
}

function joined(parts: readonly number[], size: bigint): bigint {
  return parts.reduce((value, part) => (value << size) | BigInt(part), 0n);
}

/** The eight groups; `::` stands for as many zeros as are missing, and the end may be dotted. */
function groupsOf(address: string): readonly number[] {
  const [head = "", tail] = address.split("::");
  const [before, after] = [halfOf(head), tail === undefined ? [] : halfOf(tail)];
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

function halfOf(text: string): readonly number[] {
  return text
    .split(":")
    .filter((group) => group !== "")
    .flatMap((group) => {
      if (!group.includes(".")) return [Number.parseInt(group, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
      return [a * 256 + b, c * 256 + d];
    });
}
