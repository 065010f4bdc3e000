import * as fc from "fast-check";
import { BlockList } from "node:net";
import { describe, expect, test } from "vitest";
import { reachOf } from "../../src/provider/egress/address.ts";

describe("how far an address lies", () => {
  test.each([
    ["8.8.8.8", "public"],
    ["93.184.216.34", "public"],
    ["172.32.0.1", "public"],
    ["100.128.0.1", "public"],
    ["2606:4700::6810:84e5", "public"],
    ["10.0.0.1", "private"],
    ["127.0.0.1", "private"],
    ["127.255.255.254", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "private"],
    ["::1", "private"],
    ["fd12:3456::1", "private"],
    ["::ffff:127.0.0.1", "private"],
    ["::ffff:7f00:1", "private"],
    ["::ffff:10.1.2.3", "private"],
    ["64:ff9b::a01:203", "private"],
    ["2002:a01:203::1", "private"],
    ["::ffff:8.8.8.8", "public"],
    ["0.0.0.0", "barred"],
    ["169.254.169.254", "barred"],
    ["::ffff:169.254.169.254", "barred"],
    ["::ffff:a9fe:a9fe", "barred"],
    ["64:ff9b::169.254.169.254", "barred"],
    ["2002:a9fe:a9fe::", "barred"],
    ["100.100.100.200", "barred"],
    ["168.63.129.16", "barred"],
    ["fd00:ec2::254", "barred"],
    ["fe80::1", "barred"],
    ["fe80::1%eth0", "barred"],
    ["ff02::1", "barred"],
    ["224.0.0.1", "barred"],
    ["255.255.255.255", "barred"],
    ["::", "barred"],
    ["::8.8.8.8", "barred"],
    ["2001:db8::1", "barred"],
    ["2001::1", "barred"],
    ["example.org", "barred"],
    ["", "barred"],
    ["127.1", "barred"],
    ["0x7f000001", "barred"],
  ])("%s is %s", (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });

  test("is public for no IPv4 address that Node finds in a special range, in whatever way it is written", () => {
    const special = new BlockList();
    for (const [net, prefix] of specialNets) special.addSubnet(net, prefix, "ipv4");
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), inSpecialNet), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
        const [high, low] = [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
        const forms = [
          address,
          `::ffff:${address}`,
          `::ffff:${high}:${low}`,
          `64:ff9b::${high}:${low}`,
          `2002:${high}:${low}::`,
        ];
        const expected = special.check(address, "ipv4");
        for (const form of forms)
          expect({ form, special: reachOf(form) !== "public" }).toEqual({ form, special: expected });
      }),
      { numRuns: 2000 },
    );
  });

  test("is public for IPv6 only in the part that is given out to the world, and where IPv4 is inside", () => {
    const given = new BlockList();
    given.addSubnet("2000::", 3, "ipv6");
    for (const prefix of ["::ffff:0:0", "::ffff:0:0:0", "64:ff9b::"]) given.addSubnet(prefix, 96, "ipv6");
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (reachOf(address) === "public")
          expect({ address, given: given.check(address, "ipv6") }).toMatchObject({ given: true });
      }),
      { numRuns: 2000 },
    );
  });
});

const specialNets: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Rarely met by chance. */
const inSpecialNet = fc.tuple(fc.constantFrom(...specialNets), fc.nat(0xffff_ffff)).map(([[net, prefix], noise]) => {
  const base = net.split(".").reduce((value, part) => value * 256 + Number(part), 0);
  const value = base + (noise % 2 ** (32 - prefix));
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
});
