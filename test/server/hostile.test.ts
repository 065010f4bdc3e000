import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { enterFirst, startServer } from "./fixture.ts";
import { head, talk } from "./talk.ts";

const word = "planted0otters1count2copper3";

describe.each([
  { form: "in one process", two: false },
  { form: "as web part and worker", two: true },
])("$form", ({ two }) => {
  describe("another page", () => {
    test.each([
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ])("gets nothing read and nothing changed: %j", async (headers: Readonly<Record<string, string>>) => {
      const server = await startServer({ two });
      const browser = await enterFirst(server);
      for (const ask of [{ headers }, { method: "POST", json: { name: "bob", roles: ["local:viewer"] }, headers }]) {
        const answer = await browser.ask("/v1/accounts", ask);
        expect(answer).toMatchObject({ status: 403, body: { error: { code: "REQUEST_FOREIGN" } } });
        expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      }
    });

    test("can't log somebody in either, and a name that is made to point here is refused", async () => {
      const server = await startServer({ two });
      const login = { method: "POST", json: { name: "anna", password: word } };
      const answer = await server.ask("/v1/login", { ...login, headers: { origin: "https://evil.example" } });
      expect(answer.body.error.code).toBe("REQUEST_FOREIGN");
      const port = new URL(server.served.address).port;
      const rebound = await talk(
        server.served.address,
        `GET /v1/openapi.json HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`,
      );
      expect(rebound).toMatch(/^HTTP\/1\.1 403 /);
    });
  });

  describe("a token", () => {
    test("that is missing, wrong, cut, in another place or of another kind opens nothing", async () => {
      const server = await startServer({ two });
      const token = await server.token("*:admin");
      const path = "/v1/environments/local/plan";
      for (const authorization of [
        "",
        "Bearer",
        "Bearer ",
        `Bearer ${token.slice(0, -1)}`,
        `Bearer ${token}a`,
        `Bearer ${token.replace(/.$/, (last) => (last === "0" ? "1" : "0"))}`,
        `Bearer keyturn_${"a".repeat(40)}00000000`,
        `Basic ${Buffer.from(`x:${token}`).toString("base64")}`,
        token,
        `Bearer ${"a".repeat(10_000)}`,
      ]) {
        const answer = await server.ask(path, { headers: { authorization } });
        expect(answer, authorization.slice(0, 60)).toMatchObject({
          status: 401,
          body: { error: { code: "LOGIN_NEEDED" } },
        });
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
      expect((await server.ask(`${path}?token=${token}`)).status).toBe(401);
      expect(
        (await server.ask(path, { headers: { cookie: `keyturn-${new URL(server.served.address).port}=${token}` } }))
          .status,
      ).toBe(401);
      // a session is no token
      const { cookie } = await enterFirst(server);
      expect((await server.ask(path, { token: cookie.split("=")[1] ?? "" })).status).toBe(401);
      expect(server.log.join("")).not.toContain(token.slice(0, 30));
    });
  });

  describe("a body", () => {
    test("of 10 MB is refused before it is read, whoever sends it", async () => {
      const server = await startServer({ two });
      const token = await server.token("*:admin");
      const json = { name: "x".repeat(10_000_000), roles: ["local:viewer"] };
      for (const path of ["/v1/login", "/v1/accounts"]) {
        expect((await server.ask(path, { method: "POST", json, token })).body.error.code).toBe("REQUEST_TOO_LARGE");
      }
      const told = await talk(server.served.address, head("POST /v1/login", ["Content-Length: 10000000"]));
      expect(told).toMatch(/^HTTP\/1\.1 413 /);
    });

    test("of the wrong shape is refused, and what stood in it is not repeated", async () => {
      const server = await startServer({ two });
      const token = await server.token("*:admin");
      const shapes: readonly unknown[] = [
        null,
        [],
        word,
        7,
        {},
        { name: word },
        { name: [word], roles: { [word]: word } },
        { name: "bob", roles: [word] },
        { name: "bob", roles: ["local:viewer", "local:admin"] },
        { name: "bob", roles: ["local:owner"] },
        { name: "bob", roles: ["local:viewer"], [word]: word },
        ...[
          "",
          "Bob",
          "b b",
          "bob\0",
          "b\nb",
          "../bob",
          "b%2f",
          "бob",
          "a".repeat(64),
          "\ud800",
          "-bob",
          word.toUpperCase(),
        ].map((name) => ({
          name,
          roles: ["local:viewer"],
        })),
      ];
      for (const json of shapes) {
        const answer = await server.ask("/v1/accounts", { method: "POST", json, token });
        expect(answer.status, answer.text).toBe(400);
        expect(answer.text.toLowerCase()).not.toContain(word);
      }
      expect((await server.ask("/v1/accounts", { token })).body.accounts).toEqual([]);
    });

    test("that is no JSON, or says it is something else, is refused", async () => {
      const server = await startServer({ two });
      const token = await server.token("*:admin");
      const good = JSON.stringify({ name: "bob", roles: ["local:viewer"] });
      const wrong = [
        { body: good, headers: { "content-type": "text/plain" } },
        { body: `name=${word}`, headers: { "content-type": "application/x-www-form-urlencoded" } },
        { body: `{"name": ${word}`, headers: { "content-type": "application/json" } },
        {
          body: `{"name": "bob", "roles": ["local:viewer"], "__proto__": {"x": "${word}"}}`,
          headers: { "content-type": "application/json" },
        },
        { body: "", headers: { "content-type": "application/json" } },
        { body: "[".repeat(100_000), headers: { "content-type": "application/json" } },
      ];
      for (const one of wrong) {
        const answer = await server.ask("/v1/accounts", { method: "POST", token, ...one });
        expect(answer.status, answer.text).toBe(400);
        expect(answer.text).not.toContain(word);
      }
      expect((await server.ask("/v1/accounts", { token })).body.accounts).toEqual([]);
    });
  });

  describe("a path", () => {
    test("that is crooked leads nowhere, and round no guard", async () => {
      const server = await startServer({ two });
      const paths = [
        "/v1/login/../me",
        "/v1/login%2f..%2fme",
        "//v1/me",
        "/v1//me",
        "/v1/me/",
        "/V1/me",
        "/v1/me%00",
        "/v1/me;x=/v1/login",
        "/v1/openapi.json/../tokens",
        "/v1/openapi.json%2f..%2ftokens",
        "/v1/environments/..%2f..%2fetc/plan",
        `/v1/environments/${word}/plan`,
        `/${word}`,
        "/.git/config",
        "/keyturn.db",
      ];
      for (const path of paths) {
        const answer = await talk(server.served.address, head(`GET ${path}`, ["Connection: close"]));
        expect(answer, path).toMatch(/^HTTP\/1\.1 (?:401|404) /);
        expect(answer).not.toContain(word);
      }
      expect(server.log.join("")).not.toContain(word);
    });

    test("names an environment by its grammar alone", async () => {
      const server = await startServer({ two });
      const token = await server.token("*:admin");
      for (const name of ["..", "a%00b", "a%2fb", "%E2%80%AE", "*", "a".repeat(64), "-a"]) {
        const { status } = await server.ask(`/v1/environments/${name}/rollouts`, { token });
        expect([400, 404], name).toContain(status);
      }
      const unknown = await server.ask("/v1/environments/unknown/rollouts", { token });
      expect(unknown.status).toBe(404);
      const store = await server.context.openStore();
      expect(await store.transaction((tx) => tx.environments.list())).toEqual([]);
    });
  });

  describe("the wire", () => {
    test("two lengths, a length and chunks, chunks alone, an odd header: refused, and the connection ends", async () => {
      const server = await startServer({ two });
      const smuggled = "GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n";
      const requests = [
        head("POST /v1/login", ["Content-Length: 5", "Content-Length: 6"]) + smuggled,
        head("POST /v1/login", ["Content-Length: 5", "Transfer-Encoding: chunked"]) + `0\r\n\r\n${smuggled}`,
        head("POST /v1/login", ["Transfer-Encoding: chunked"]) + `0\r\n\r\n${smuggled}`,
        head("POST /v1/login", ["Transfer-Encoding: xchunked"]) + smuggled,
        head("POST /v1/login", ["Content-Length: +5"]) + smuggled,
        head("GET /v1/me", ["X-A: 1\nX-B: 2"]) + smuggled,
        head("GET /v1/me", [`X-Long: ${"a".repeat(20_000)}`]) + smuggled,
        `GET /v1/me HTTP/1.1\r\n\r\n${smuggled}`,
      ];
      for (const request of requests) {
        const answer = await talk(server.served.address, request);
        expect(answer.match(/HTTP\/1\.1 /g)?.length ?? 0, request.slice(0, 90)).toBeLessThanOrEqual(1);
        expect(answer, request.slice(0, 90)).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
      }
    });

    test("a header that comes byte by byte is not waited for", async () => {
      const server = await startServer({ two });
      const { hostname, port } = new URL(server.served.address);
      const begun = performance.now();
      const socket = connect(Number(port), hostname).on("error", () => undefined);
      socket.write("GET /v1/me HTTP/1.1\r\nHost: x\r\n");
      const slow = setInterval(() => socket.write("X-A: b\r\n"), 500);
      await new Promise((resolve) => socket.resume().once("close", resolve));
      clearInterval(slow);
      expect(performance.now() - begun).toBeLessThan(20_000);
    }, 30_000);
  });

  test("every answer, a refusal too, has the headers that keep a browser safe", async () => {
    const server = await startServer({ two });
    for (const path of ["/v1/me", "/v1/environments/local/plan", "/nothing"]) {
      const { headers } = await server.ask(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'/),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
      });
    }
  });
});
