import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { probe } from "#provider";
import { credentialOf } from "./credential.ts";
import { keys } from "./keys.ts";
import { egressTo, publicAddress, standIn, standInTcp, type StandInOptions } from "./stand-in.ts";

const now = Date.UTC(2026, 10, 25);
const ok = JSON.stringify({ data: [] });

async function probeOpenai(
  answer: Parameters<typeof standIn>[0],
  { nearby = false, base, ...options }: StandInOptions & { readonly nearby?: boolean; readonly base?: string } = {},
) {
  const world = await standIn(answer, options);
  const { provider, credential } = credentialOf("openai", base === undefined ? {} : { base });
  const begun = performance.now();
  const verdict = await probe(provider, credential, { egress: world.egress, nearby, now });
  expect(JSON.stringify(verdict)).not.toContain(keys["openai"]);
  return { ...world, verdict, took: performance.now() - begun };
}

describe("where a key is sent", () => {
  test("the address that was checked is the one connected to, also when the name's answer changes", async () => {
    const { verdict, looked, connected } = await probeOpenai((_, response) => response.end(ok), {
      addresses: [[publicAddress], ["127.0.0.1"]],
    });
    expect(verdict.state).toBe("ok");
    expect({ looked, connected }).toEqual({ looked: ["api.openai.com"], connected: [publicAddress] });
  });

  test.each([
    [["10.0.0.8"], "private network"],
    [["127.0.0.1"], "private network"],
    [["::ffff:192.168.0.1"], "private network"],
    [[publicAddress, "10.0.0.8"], "private network"],
    [["169.254.169.254"], "no key is sent to"],
    [["fd00:ec2::254"], "no key is sent to"],
  ])("a host at %j gets nothing", async (addresses, reason) => {
    const { verdict, connected, seen } = await probeOpenai((_, response) => response.end(ok), {
      addresses: [addresses],
    });
    expect(verdict).toMatchObject({ state: "inconclusive" });
    expect(verdict.meaning).toContain(reason);
    expect({ connected, seen }).toEqual({ connected: [], seen: [] });
  });

  test("a private network is reached only where it is allowed, and only for the credential's own address", async () => {
    const answer = (_: unknown, response: { end(text: string): void }) => response.end(ok);
    const near = { addresses: [["10.0.0.8"]], nearby: true };
    const own = await probeOpenai(answer, { ...near, base: "https://stand-in.example/v1" });
    expect(own.verdict.state).toBe("ok");
    const pinned = await probeOpenai(answer, near);
    expect(pinned).toMatchObject({ verdict: { state: "inconclusive" }, connected: [] });
    const metadata = await probeOpenai(answer, {
      ...near,
      addresses: [["169.254.169.254"]],
      base: "https://stand-in.example",
    });
    expect(metadata).toMatchObject({ verdict: { state: "inconclusive" }, connected: [] });
  });

  test.each([
    "https://127.0.0.1/v1",
    "https://2130706433/v1",
    "https://0x7f.1/v1",
    "https://[::1]/v1",
    "https://[::ffff:169.254.169.254]/v1",
    "https://user:pass@stand-in.example/v1",
    "https://stand-in.example/v1?to=elsewhere",
    "http://stand-in.example/v1",
    "file:///etc/passwd",
    "stand-in.example",
  ])("nothing is sent to %s", async (base) => {
    const { verdict, connected } = await probeOpenai((_, response) => response.end(ok), { base });
    expect(verdict.state).toBe("inconclusive");
    expect(connected).toEqual([]);
  });

  test("http is spoken inside a private network", async () => {
    const server = createServer((_, response) => response.end(ok)).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { egress } = egressTo((server.address() as AddressInfo).port, { addresses: [["10.0.0.8"]] });
    const { provider, credential } = credentialOf("openai", { base: "http://llm.internal/v1" });
    expect(await probe(provider, credential, { egress, nearby: true, now })).toMatchObject({ state: "ok" });
  });

  test.each([
    ["of nobody trusted", { trusted: false }],
    ["for another name", { base: "https://elsewhere.example/v1" }],
  ])("a certificate %s ends it before anything is said", async (_title, options) => {
    const { verdict, seen } = await probeOpenai((_, response) => response.end(ok), options);
    expect(verdict).toMatchObject({ state: "unreachable" });
    expect(verdict.meaning).toMatch(/^no encrypted connection \([A-Z_]+\)$/);
    expect(seen).toEqual([]);
  });
});

describe("what the network does", () => {
  const limit = 400;

  test.each([301, 302, 303, 307, 308])("a redirect (%i) is not followed", async (status) => {
    const { verdict, seen } = await probeOpenai((_, response) => {
      response.writeHead(status, { location: "https://stand-in.example/v1/models" });
      response.end(ok);
    });
    expect(verdict.state).toBe("inconclusive");
    expect(seen).toHaveLength(1);
  });

  test("an answer that never comes ends in time", async () => {
    const { verdict, took } = await probeOpenai(() => undefined, { limit });
    expect(verdict).toEqual({ state: "unreachable", meaning: "no whole answer in time" });
    expect(took).toBeLessThan(limit * 5);
  });

  test("a body that comes byte by byte ends in time", async () => {
    const { verdict, took } = await probeOpenai(
      (request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const timer = setInterval(() => response.write(" "), 20);
        request.once("close", () => clearInterval(timer));
        response.once("close", () => clearInterval(timer));
      },
      { limit },
    );
    expect(verdict.state).toBe("unreachable");
    expect(took).toBeLessThan(limit * 5);
  });

  test("of a body without an end 64 kB are read", async () => {
    let written = 0;
    const { verdict, took } = await probeOpenai((_, response) => {
      const pour = (): void => {
        if (response.destroyed) return;
        written += 16_384;
        if (response.write("x".repeat(16_384))) setImmediate(pour);
        else response.once("drain", pour);
      };
      response.on("error", () => undefined);
      pour();
    });
    expect(verdict).toEqual({ state: "inconclusive", meaning: "the provider answers 200 with more than is read" });
    expect(took).toBeLessThan(2000);
    expect(written).toBeGreaterThan(64 * 1024);
  });

  test("a connection that ends in the middle is no answer", async () => {
    const { verdict } = await probeOpenai((_, response) => {
      response.writeHead(401, { "content-length": "1000" });
      response.write('{"error":{"code":"invalid_api_key"');
      setTimeout(() => response.destroy(), 20);
    });
    expect(verdict).toEqual({ state: "unreachable", meaning: "the connection ended before the answer did" });
  });

  test("a server that hangs up, one that talks nonsense, and a name that is not found are unreachable", async () => {
    const { provider, credential } = credentialOf("openai");
    const hangsUp = await standInTcp((socket) => socket.destroy());
    const nonsense = await standInTcp((socket) => socket.end("220 mail.example ESMTP\r\n"));
    const silent = await standInTcp(() => undefined, { limit });
    const nameless = egressTo(1, { addresses: [[]] });
    for (const { egress } of [hangsUp, nonsense, silent, nameless]) {
      expect(await probe(provider, credential, { egress, nearby: false, now })).toMatchObject({ state: "unreachable" });
    }
  });
});
