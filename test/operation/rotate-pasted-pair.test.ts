import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { stopProcesses } from "#host";
import { giveGrants, listRotations, type Context } from "#operation";
import { applied, freePort, runFolder } from "./live-platform.ts";
import { makeProject, openProject, put } from "./make-context.ts";
import { firstKey, firstSecret, givenPair, pairPlatform, rotatePair } from "./pair-platform.ts";

// processes are started and asked many times over
vi.setConfig({ testTimeout: 120_000 });

const pairs: Readonly<Record<string, string>> = {
  [firstKey]: firstSecret,
  APIsecondsecond: "the-secret-that-a-person-made-second-there",
  APIthirdthirdth: "the-secret-that-a-person-made-third-there",
};

/** Answers as LiveKit Cloud does; which names it was asked with. */
async function openCloud(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const [head, claims = "", signature] = (request.headers.authorization ?? "").replace("Bearer ", "").split(".");
    const { iss } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { readonly iss: string };
    asked.push(iss);
    const secret = pairs[iss];
    const made = createHmac("sha256", secret ?? "")
      .update(`${head}.${claims}`)
      .digest("base64url");
    if (secret === undefined) response.writeHead(401).end("invalid API key");
    else if (made !== signature) response.writeHead(401).end("invalid token: signature");
    else response.writeHead(200, { "content-type": "application/json" }).end('{"rooms":[]}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function cloudPlatform(url: string): Promise<{ readonly context: Context; readonly again: () => Context }> {
  const port = await freePort();
  const { context, folder } = await makeProject({
    "keyturn.yaml": `platform: calls
services:
  dialler:
    contract: dialler/.env.example
    runtime: process
    command: [node, main.cjs]
    directory: dialler
    hosts: [here]
    values: { PORT: "${port}" }
    health: [{ http: "http://127.0.0.1:${port}/", timeout: 300ms, deadline: 5s }]
secrets: { LIVEKIT_API_SECRET: { with: LIVEKIT_API_KEY } }
environments: { local: { hosts: { here: local } } }
`,
    "dialler/main.cjs": `require("node:http").createServer((_, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1");`,
    "dialler/.env.example": `# @required @sensitive @provider=livekit
LIVEKIT_API_KEY=your-key
# @required @sensitive @provider=livekit
LIVEKIT_API_SECRET=your-secret
# @required @public
LIVEKIT_URL=ws://127.0.0.1:7880
# @optional @public @type=port
PORT=1
`,
  });
  onTestFinished(async () => void (await stopProcesses(runFolder(context), { limit: 500 })));
  await giveGrants(
    context,
    ["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "LIVEKIT_URL"].map((name) => ({
      service: "dialler",
      name,
      kind: "hold" as const,
    })),
  );
  await put(context, "LIVEKIT_URL", url);
  await put(context, "LIVEKIT_API_KEY", firstKey);
  await put(context, "LIVEKIT_API_SECRET", firstSecret);
  await applied(context);
  return { context, again: () => openProject(folder).context };
}

test("a pair that a person pastes is proved as one, and a key with the secret of another goes nowhere", async () => {
  const { url, asked } = await openCloud();
  const { again } = await cloudPlatform(url);
  const pasted = (key: string, secret: string) => ({
    value: { ...givenPair(key, pairs[secret] ?? "a-secret-of-nobody-which-is-long-enough"), nearby: true },
  });
  for (const [key, secret, reason] of [
    ["APIsecondsecond", "APIthirdthirdth", "the secret does not belong to the key"],
    ["APInobodynobody", "none", "the server does not know the key"],
  ] as const) {
    await expect(rotatePair(again(), pasted(key, secret))).rejects.toMatchObject({
      code: "VALUES_INVALID",
      message: `LiveKit does not take this pair of LIVEKIT_API_SECRET and LIVEKIT_API_KEY: ${reason}`,
    });
  }
  expect(await listRotations(again())).toEqual([]);
  const { result, events } = await rotatePair(again(), pasted("APIsecondsecond", "APIsecondsecond"));
  expect(result.kind).toBe("rotated");
  expect(events).toContainEqual({
    kind: "issuer",
    where: "LiveKit",
    state: "proved",
    detail: "takes it: rooms are listed",
  });
  expect(asked).toEqual(["APIsecondsecond", "APInobodynobody", "APIsecondsecond"]);
});

test("a server of one's own is not asked before it has the pair", async () => {
  const platform = await pairPlatform({ secret: "" });
  const { result, events } = await rotatePair(platform.again(), {
    value: givenPair("APIsecondsecond", "the-secret-that-a-person-made-second-there"),
  });
  expect(result.kind).toBe("rotated");
  expect(events.filter((event) => event.kind === "issuer")).toMatchObject([{ where: "livekit", state: "notice" }]);
});
