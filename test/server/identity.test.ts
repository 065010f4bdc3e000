import { describe, expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { addAccount, linkAccount } from "#operation";
import { auditTrail } from "../operation/make-context.ts";
import { enter, enterFirst, passphrase, startServer, type TestServer } from "./fixture.ts";

const post = (json: unknown, more = {}) => ({ method: "POST", json, ...more });

describe("the first admin", () => {
  test("is made by the link, once; the secret travels in the body, behind # in the link", async () => {
    const server = await startServer();
    const browser = await enterFirst(server);
    expect((await browser.ask("/v1/me")).body).toMatchObject({
      kind: "account",
      name: "anna",
      roles: [{ environment: "*", role: "admin" }],
    });
    const again = post({ secret: server.firstSecret, name: "eve", password: passphrase });
    expect(await server.ask("/v1/setup", again)).toMatchObject({
      status: 403,
      body: { error: { code: "LINK_INVALID" } },
    });
    expect(server.log.join("")).not.toContain(server.firstSecret);
    expect(await auditTrail(server.context)).toEqual([
      "account.add anna",
      "account.password anna",
      "session.begin anna",
    ]);
  });

  test("a weak password leaves the link as it was", async () => {
    const server = await startServer();
    const weak = [
      "short",
      "password1234",
      "aaaaaaaaaaaaaaaa",
      "1234567890123",
      "anna-anna-keyturn",
      "Summer2026!!!",
      "a\0quiet otter counts",
    ];
    for (const password of weak) {
      const answer = await server.ask("/v1/setup", post({ secret: server.firstSecret, name: "anna", password }));
      expect(answer, password).toMatchObject({ status: 422, body: { error: { code: "PASSWORD_WEAK" } } });
      expect(answer.text).not.toContain(password);
    }
    await enterFirst(server);
  });

  test("of two that use the link at once one wins", async () => {
    const server = await startServer();
    const both = await Promise.all(
      ["anna", "eve"].map((name) =>
        server.ask("/v1/setup", post({ secret: server.firstSecret, name, password: passphrase })),
      ),
    );
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([204, 403]));
  });

  test("the link of the start before is void, and so is any once there is an account", async () => {
    const server = await startServer();
    await addAccount(server.context, "anna", ["*:admin"]);
    const late = post({ secret: server.firstSecret, name: "eve", password: passphrase });
    expect((await server.ask("/v1/setup", late)).body.error.code).toBe("LINK_INVALID");
  });
});

describe("a link", () => {
  test("is for its own account, and another link takes its place", async () => {
    const server = await startServer();
    const first = await addAccount(server.context, "bob", ["local:viewer"]);
    const second = await linkAccount(server.context, "bob");
    await addAccount(server.context, "carol", ["local:viewer"]);
    const use = (secret: Sensitive, name: string) =>
      server.ask("/v1/setup", post({ secret: secret.reveal().toString("latin1"), name, password: passphrase }));
    expect((await use(first.secret, "bob")).status).toBe(403);
    expect((await use(second.secret, "carol")).status).toBe(403);
    expect((await use(second.secret, "bob")).status).toBe(204);
  });

  test("ends the account's sessions when it is used", async () => {
    const server = await startServer();
    const browser = await enterFirst(server);
    const { secret } = await linkAccount(server.context, "anna");
    expect((await browser.ask("/v1/me")).status).toBe(200);
    const json = {
      secret: secret.reveal().toString("latin1"),
      name: "anna",
      password: "seven lanterns under cold water",
    };
    expect((await server.ask("/v1/setup", post(json))).status).toBe(204);
    expect((await browser.ask("/v1/me")).status).toBe(401);
    await enter(server, "anna", json.password);
  });
});

describe("a session", () => {
  test("has another secret at each log-in, in a cookie that scripts and other sites don't get", async () => {
    const server = await startServer();
    const first = await enterFirst(server);
    const answer = await server.ask(
      "/v1/login",
      post({ name: "anna", password: passphrase }, { headers: { cookie: first.cookie } }),
    );
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^keyturn-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie.startsWith(first.cookie)).toBe(false);
  });

  test("behind TLS its cookie is a __Host- one, and the answers say to come by TLS alone", async () => {
    const server = await startServer({ publicUrl: "https://keyturn.example.com" });
    const json = { secret: server.firstSecret, name: "anna", password: passphrase };
    expect(server.served.url).toBe("https://keyturn.example.com");
    expect((await server.ask("/v1/setup", post(json))).status).toBe(204);
    const answer = await server.ask("/v1/login", post({ name: "anna", password: passphrase }));
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-keyturn=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect((await server.ask("/v1/me", { headers: { cookie: cookie.split(";")[0] ?? "" } })).status).toBe(200);
  });

  test("ends at log-out, and all of an account's at once where that is asked", async () => {
    const server = await startServer();
    const one = await enterFirst(server);
    const [two, three] = [await enter(server, "anna", passphrase), await enter(server, "anna", passphrase)];
    expect((await one.ask("/v1/logout", post({}))).status).toBe(204);
    expect((await one.ask("/v1/me")).status).toBe(401);
    expect((await two.ask("/v1/logout", post({ all: true }))).status).toBe(204);
    expect((await three.ask("/v1/me")).status).toBe(401);
  });

  test("changes nothing without its form token", async () => {
    const server = await startServer();
    const browser = await enterFirst(server);
    const json = { name: "bob", roles: ["local:viewer"] };
    for (const formToken of ["", "x", browser.formToken.slice(1), `${browser.formToken}a`]) {
      const answer = await browser.ask("/v1/accounts", post(json, { headers: { "x-form-token": formToken } }));
      expect(answer.body.error.code).toBe("REQUEST_FOREIGN");
    }
    expect((await browser.ask("/v1/accounts", post(json))).status).toBe(201);
  });

  test("a forged, cut or foreign cookie opens nothing", async () => {
    const server = await startServer();
    const { cookie } = await enterFirst(server);
    const [name = "", secret = ""] = cookie.split("=");
    const forged = [
      `${name}=`,
      `${name}=${secret.slice(1)}`,
      `${name}=${secret}x`,
      `${name}=../${secret}`,
      `other=${secret}`,
    ];
    for (const one of [...forged, `${name}=${"a".repeat(43)}`, `__Host-keyturn=${secret}`]) {
      expect((await server.ask("/v1/me", { headers: { cookie: one } })).status, one).toBe(401);
    }
  });
});

describe("a wrong log-in", () => {
  test("is answered alike for an unknown name, a wrong password, and an account that is disabled or has no password", async () => {
    const server = await startServer();
    const browser = await enterFirst(server);
    for (const name of ["bob", "carol"]) await browser.ask("/v1/accounts", post({ name, roles: ["local:viewer"] }));
    await browser.ask("/v1/accounts/bob/disable", { method: "POST" });
    const answers = [];
    for (const name of ["anna", "bob", "carol", "nobody", "Ann\u0000a", "ánna 🦦"]) {
      const answer = await server.ask("/v1/login", post({ name, password: "not the password at all" }));
      answers.push(`${answer.status} ${answer.text} ${answer.headers.get("set-cookie")}`);
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^401 .*LOGIN_REFUSED.* null$/);
  });

  test("locks the name after ten, known or not, over a restart too, and says until when", async () => {
    const server = await startServer();
    await enterFirst(server);
    const guess = (at: TestServer, name: string, password = "wrong wrong wrong") =>
      at.ask("/v1/login", post({ name, password }));
    const texts: string[] = [];
    for (const name of ["anna", "nobody"]) {
      const many = await Promise.all(Array.from({ length: 12 }, () => guess(server, name)));
      expect(many.filter(({ status }) => status === 401)).toHaveLength(10);
      const locked = many.find(({ status }) => status === 429);
      expect(Number(locked?.headers.get("retry-after"))).toBeGreaterThan(600);
      texts.push(locked?.body.error.code);
    }
    expect(texts).toEqual(["LOGIN_LOCKED", "LOGIN_LOCKED"]);
    // the right password doesn't help either, nor does another process over the same store
    expect((await guess(server, "anna", passphrase)).status).toBe(429);
    await server.served.close();
    const again = await startServer({}, server.folder);
    expect((await guess(again, "anna", passphrase)).status).toBe(429);
    const trail = await auditTrail(server.context);
    expect(trail.filter((line) => line === "login.lock anna" || line === "login.lock unknown")).toHaveLength(2);
  }, 60_000);

  test("a password in the wrong field is written nowhere", async () => {
    const server = await startServer();
    await server.ask("/v1/login", post({ name: "planted otters count copper", password: "anna" }));
    const store = await server.context.openStore();
    const entries = await store.transaction((tx) => tx.audit.list({ limit: 10 }));
    expect(JSON.stringify(entries)).not.toContain("otters");
    expect(entries).toMatchObject([{ action: "login.refuse", subject: "unknown" }]);
    expect(server.log.join("")).not.toContain("otters");
  });
});

test("a hash of former parameters is made anew at the log-in", async () => {
  const server = await startServer();
  await enterFirst(server);
  const store = await server.context.openStore();
  const hash = () => store.transaction(async (tx) => (await tx.accounts.find("anna"))?.password);
  const id = (await store.transaction((tx) => tx.accounts.find("anna")))?.id ?? "";
  await store.transaction((tx) => tx.accounts.setPassword(id, former));
  await enter(server, "anna", passphrase);
  expect(await hash()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await enter(server, "anna", passphrase);
});

/** of `passphrase`, with m=8 MiB, t=1, p=1 and a salt of zeros */
const former = "$argon2id$v=19$m=8192,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$t+aJUTmYBGMrcP8L9973V0dgHve5Q2b81yprgHuXE70";

describe("roles", () => {
  test("a viewer of one environment sees that one, and no accounts, tokens or other environments", async () => {
    const server = await startServer();
    const token = await server.token("local:viewer");
    expect((await server.ask("/v1/environments/local/plan", { token })).status).toBe(200);
    const refused = [
      await server.ask("/v1/environments/production/plan", { token }),
      await server.ask("/v1/environments/local2/audit", { token }),
      await server.ask("/v1/accounts", { token }),
      await server.ask("/v1/tokens", { token }),
      await server.ask("/v1/tokens", post({ name: "more", roles: ["local:viewer"] }, { token })),
      await server.ask("/v1/accounts/anna/link", { method: "POST", token }),
    ];
    for (const answer of refused) {
      expect(answer, answer.text).toMatchObject({ status: 403, body: { error: { code: "PERMISSION_DENIED" } } });
    }
  });

  test("an admin of one environment is none of the installation", async () => {
    const server = await startServer();
    const token = await server.token("local:admin", "production:admin");
    expect((await server.ask("/v1/accounts", { token })).status).toBe(403);
    expect((await server.ask("/v1/accounts", post({ name: "eve", roles: ["*:admin"] }, { token }))).status).toBe(403);
  });

  test("are those of now: changed, disabled and revoked hold from the next request on", async () => {
    const server = await startServer();
    const anna = await enterFirst(server);
    const made = await anna.ask("/v1/accounts", post({ name: "bob", roles: ["local:viewer"] }));
    const json = { secret: made.body.secret, name: "bob", password: "eleven maps of the lower town" };
    expect((await server.ask("/v1/setup", post(json))).status).toBe(204);
    const bob = await enter(server, "bob", json.password);
    expect((await bob.ask("/v1/environments/local/audit")).status).toBe(200);
    expect(
      (await anna.ask("/v1/accounts/bob/roles", { method: "PUT", json: { roles: ["other:viewer"] } })).status,
    ).toBe(204);
    expect((await bob.ask("/v1/environments/local/audit")).status).toBe(403);
    expect((await anna.ask("/v1/accounts/bob/disable", { method: "POST" })).status).toBe(204);
    expect((await bob.ask("/v1/me")).status).toBe(401);
    const list = await anna.ask("/v1/accounts");
    expect(list.body.accounts).toMatchObject([
      { name: "anna", hasPassword: true },
      { name: "bob", disabledAt: expect.any(Number) },
    ]);
    const { body } = await anna.ask("/v1/tokens", post({ name: "ci", roles: ["local:viewer"], days: 1 }));
    expect((await server.ask("/v1/me", { token: body.secret })).body).toEqual({
      kind: "token",
      name: "ci",
      roles: [{ environment: "local", role: "viewer" }],
    });
    expect((await anna.ask("/v1/tokens/ci", { method: "DELETE" })).status).toBe(204);
    expect((await server.ask("/v1/me", { token: body.secret })).status).toBe(401);
    expect((await anna.ask("/v1/tokens")).body.tokens).toMatchObject([
      { name: "ci", state: "revoked", actor: "account:anna" },
    ]);
    expect(await auditTrail(server.context)).toEqual([
      "account.add anna",
      "account.password anna",
      "session.begin anna",
      "account.add bob",
      "account.password bob",
      "session.begin bob",
      "account.role bob",
      "account.disable bob",
      "token.create ci",
      "token.revoke ci",
    ]);
  });

  test("the last admin stays one", async () => {
    const server = await startServer();
    const anna = await enterFirst(server);
    expect((await anna.ask("/v1/accounts/anna/disable", { method: "POST" })).body.error.code).toBe("PERMISSION_DENIED");
    const less = { method: "PUT", json: { roles: ["*:viewer"] } };
    expect((await anna.ask("/v1/accounts/anna/roles", less)).body.error.code).toBe("PERMISSION_DENIED");
  });
});

test("what opens something is in the store as a digest alone", async () => {
  const server = await startServer();
  const { cookie, formToken } = await enterFirst(server);
  const token = await server.token("*:viewer");
  const { readFileSync } = await import("node:fs");
  const files = ["keyturn.db", "keyturn.db-wal"].map((name) =>
    readFileSync(`${server.folder}/.keyturn/${name}`, "latin1"),
  );
  for (const secret of [cookie.split("=")[1] ?? "", formToken, token, passphrase, server.firstSecret]) {
    expect(secret.length).toBeGreaterThan(20);
    expect(files.some((file) => file.includes(secret))).toBe(false);
  }
});
