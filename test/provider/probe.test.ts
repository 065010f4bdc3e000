import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { probe } from "#provider";
import { judge } from "../../src/provider/answer.ts";
import { catalogue } from "../../src/provider/catalogue/catalogue.ts";
import { answers, type DocumentedAnswer } from "./answers.ts";
import { credentialOf } from "./credential.ts";
import { standIn } from "./stand-in.ts";

const now = Date.UTC(2026, 10, 25, 12);

async function probeAgainst({
  provider: name,
  status,
  body,
  type = "application/json",
}: Omit<DocumentedAnswer, "state">) {
  const { provider, credential, texts } = credentialOf(name);
  const { egress, seen } = await standIn((_, response) => {
    response.writeHead(status, { "content-type": type });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  const verdict = await probe(provider, credential, { egress, nearby: false, now });
  return { verdict, seen, texts };
}

describe("an answer of a provider", () => {
  test.each(answers.map((one) => [one.provider, one.status, one.state, one] as const))(
    "%s %i is %s",
    async (_provider, _status, state, one) => {
      const { verdict, seen } = await probeAgainst(one);
      expect(verdict.state).toBe(state);
      expect(seen).toHaveLength(1);
    },
  );

  test("is documented for every row of every provider's table", () => {
    const idle = catalogue.flatMap(({ name, probe: asked }) => {
      if (asked.kind !== "http") return [];
      const told = answers
        .filter(({ provider }) => provider === name)
        .map((one) => judgeDocumented(one, asked.answers).meaning);
      return asked.answers.filter(({ meaning }) => !told.includes(meaning)).map(({ meaning }) => `${name}: ${meaning}`);
    });
    expect(idle).toEqual([]);
  });

  test("is inconclusive when it is a web page, a redirect, or trouble of the provider's own", async () => {
    for (const { name, probe: asked } of catalogue) {
      if (asked.kind !== "http") continue;
      const page = await probeAgainst({
        provider: name,
        status: 401,
        body: "<!doctype html><p>login",
        type: "text/html",
      });
      expect(page.verdict).toEqual({ state: "inconclusive", meaning: "a web page answered, not the provider's API" });
    }
    const trouble = await probeAgainst({ provider: "openai", status: 503, body: {} });
    expect(trouble.verdict.state).toBe("inconclusive");
  });

  test("that is arbitrary never convicts a key", () => {
    const json = fc.json({ maxDepth: 4 });
    const body = fc.oneof(json, fc.string(), fc.constant(""), fc.constantFrom("<Error>", "{", "[[", "null", '"text"'));
    const status = fc.integer({ min: 100, max: 599 });
    for (const { name, probe: asked } of catalogue) {
      if (asked.kind !== "http") continue;
      fc.assert(
        fc.property(status, body, fc.boolean(), (code, text, cut) => {
          const { state } = judge({ kind: "answer", status: code, type: "", body: text, cut }, asked.answers);
          expect({ name, state }).not.toEqual({ name, state: "invalid" });
        }),
        { numRuns: 200 },
      );
    }
  });

  test("convicts a key only with the status and the code that its provider gives together", () => {
    for (const { provider: name, body, state } of answers) {
      const asked = catalogue.find((one) => one.name === name)?.probe;
      if (state !== "invalid" || asked?.kind !== "http") continue;
      const text = typeof body === "string" ? body : JSON.stringify(body);
      for (const other of [200, 404, 429, 500, 503]) {
        const verdict = judge({ kind: "answer", status: other, type: "", body: text, cut: false }, asked.answers);
        expect({ name, other, state: verdict.state }).not.toMatchObject({ state: "invalid" });
      }
    }
    expect(answers.length).toBeGreaterThan(80);
  });
});

describe("a request to a provider", () => {
  test("goes to the pinned host by name, with the key in a header and nowhere else", async () => {
    for (const { name, probe: asked } of catalogue) {
      if (asked.kind !== "http") continue;
      const { seen, texts } = await probeAgainst({ provider: name, status: 200, body: {} });
      const [request] = seen;
      const host = new URL(asked.origin ?? "https://stand-in.example").host;
      const expected = asked.base === undefined || texts["base"] === undefined ? host : "stand-in.example";
      expect({ name, host: request?.headers.host, tls: request?.name }).toEqual({
        name,
        host: expected,
        tls: expected,
      });
      const secret = texts[catalogue.find((one) => one.name === name)?.fields[0]?.id ?? ""] ?? "";
      expect(`${request?.path} ${request?.body} ${request?.headers["user-agent"]}`).not.toContain(secret);
    }
  });

  test.each([
    ["openai", "GET", "/v1/models"],
    ["google", "GET", "/v1beta/models?pageSize=1"],
    ["openrouter", "GET", "/api/v1/key"],
    ["azure-openai", "GET", "/openai/models?api-version=2024-10-21"],
    ["deepgram", "GET", "/v1/auth/token"],
    ["twilio", "GET", `/2010-04-01/Accounts/AC${"0a1b".repeat(8)}.json`],
    ["twilio-api-key", "GET", `/2010-04-01/Accounts/AC${"0a1b".repeat(8)}/Messages.json?PageSize=1`],
    ["livekit", "POST", "/twirp/livekit.RoomService/ListRooms"],
    ["supabase", "GET", "/auth/v1/admin/users?page=1&per_page=1"],
    ["s3", "GET", "/recordings?list-type=2&max-keys=1"],
    ["grafana", "GET", "/grafana/api/org"],
  ])("of %s is %s %s", async (provider, method, path) => {
    const { seen } = await probeAgainst({ provider, status: 200, body: {} });
    expect(seen[0]).toMatchObject({ method, path });
  });

  test("carries a signature by Amazon's published example", async () => {
    const { signS3 } = await import("../../src/provider/signature/s3.ts");
    const headers = signS3({
      key: "AKIAIOSFODNN7EXAMPLE",
      secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      region: "us-east-1",
      now: Date.UTC(2013, 4, 24),
      host: "examplebucket.s3.amazonaws.com",
      path: "/",
      query: "max-keys=2&prefix=J",
    });
    expect(headers["authorization"]).toMatch(
      /Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7$/,
    );
  });

  test("to LiveKit carries a token of a minute that the server's own secret verifies, and that may list rooms", async () => {
    const { seen, texts } = await probeAgainst({ provider: "livekit", status: 200, body: { rooms: [] } });
    const [head = "", claims = "", signature = ""] = (seen[0]?.headers.authorization ?? "")
      .replace("Bearer ", "")
      .split(".");
    const expected = createHmac("sha256", texts["secret"] ?? "")
      .update(`${head}.${claims}`)
      .digest("base64url");
    expect(signature).toBe(expected);
    const read: unknown = JSON.parse(Buffer.from(claims, "base64url").toString());
    expect(read).toMatchObject({ iss: "APIstandin0001", exp: now / 1000 + 60, video: { roomList: true } });
  });

  test("is not made for a credential that lacks a part, or that no header can carry", async () => {
    const { egress, seen } = await standIn((_, response) => response.end());
    const options = { egress, nearby: false, now };
    const { provider } = credentialOf("twilio");
    const lacking = await probe(provider, credentialOf("twilio", { account: "" }).credential, options);
    expect(lacking).toEqual({ state: "inconclusive", meaning: "its account SID is missing (TWILIO_ACCOUNT_SID)" });
    const openai = credentialOf("openai", { key: "sk-a\r\nx-evil: 1" });
    expect(await probe(openai.provider, openai.credential, options)).toMatchObject({ state: "inconclusive" });
    expect(seen).toEqual([]);
  });
});

function judgeDocumented({ status, body, type = "" }: DocumentedAnswer, rows: Parameters<typeof judge>[1]) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return judge({ kind: "answer", status, type, body: text.slice(0, 65_536), cut: text.length > 65_536 }, rows);
}
