import { describe, expect, test } from "vitest";
import { addAccount, linkAccount } from "#operation";
import { auditTrail, put } from "../operation/make-context.ts";
import { enter, enterFirst, letIn, passphrase, startServer } from "./fixture.ts";
import { addPasskey, askToLogIn, authenticatorFor, logInWith, post, proofBy } from "./passkey-fixture.ts";

const reveal = "/v1/environments/local/secrets/SHARED_SECRET/reveal";

test("a passkey is added for the password, logs in without a name, reveals, and is removed", async () => {
  const server = await startServer();
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const first = await enterFirst(server);
  const authenticator = authenticatorFor(server);
  const id = await addPasskey(first, authenticator, { name: "laptop 🦦" });
  await first.ask("/v1/logout", post({}));

  const answer = await logInWith(server, authenticator);
  expect(answer.body).toMatchObject({ kind: "account", name: "anna", roles: [{ environment: "*", role: "admin" }] });
  const [gone, session] = answer.headers.getSetCookie();
  expect(gone).toMatch(/^keyturn-\d+-visit=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(session).toMatch(/^keyturn-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const browser = letIn(server, answer);
  const { body } = await browser.ask("/v1/passkeys");
  expect(body).toEqual({
    hasPassword: true,
    passkeys: [{ id, name: "laptop 🦦", createdAt: expect.any(Number), usedAt: expect.any(Number) }],
  });

  const seen = await browser.ask(reveal, post(await proofBy(browser, authenticator)));
  expect(seen.body).toMatchObject({ value: "planted-value-0123456789" });
  const removed = await browser.ask(`/v1/passkeys/${id}/remove`, post(await proofBy(browser, authenticator)));
  expect(removed.status, removed.text).toBe(204);
  expect((await browser.ask("/v1/passkeys")).body.passkeys).toEqual([]);
  expect((await logInWith(server, authenticator)).status).toBe(401);
  expect((await auditTrail(server.context)).slice(3)).toEqual([
    "session.begin anna",
    "passkey.add anna",
    "session.end anna",
    "session.begin anna",
    "value.reveal SHARED_SECRET",
    "passkey.remove anna",
    "login.refuse unknown",
  ]);
});

describe("what does not log in", () => {
  test("is answered alike: unknown, another's, tampered with, asked elsewhere, not verified, used, behind", async () => {
    const server = await startServer();
    const anna = await enterFirst(server);
    const authenticator = authenticatorFor(server);
    await addPasskey(anna, authenticator);
    const stranger = authenticatorFor(server);
    stranger.create(question(""));
    const answers = [await logInWith(server, stranger)];
    const ways = [
      { tampered: true },
      { origin: "https://keyturn.example.com" },
      { origin: server.served.address },
      { rpId: "example.com" },
      { verified: false },
      { challenge: "AAAA" },
      { type: "webauthn.create" },
      { userHandle: Buffer.from("acc_other").toString("base64url") },
      { userHandle: undefined },
    ];
    for (const one of ways) {
      answers.push(await logInWith(server, authenticator, one));
      // else the tenth would be locked out
      expect((await logInWith(server, authenticator)).status).toBe(200);
    }

    const asked = await askToLogIn(server);
    const use = (given: string) =>
      server.ask(
        "/v1/login/passkey",
        post({ passkey: authenticator.get(asked.question) }, { headers: { cookie: given } }),
      );
    const other = await askToLogIn(server);
    answers.push(await use(""), await use(other.cookie));
    expect((await use(asked.cookie)).status).toBe(200);
    answers.push(await use(asked.cookie));

    const copy = authenticator.copy();
    expect((await logInWith(server, copy)).status).toBe(200);
    answers.push(await logInWith(server, authenticator));
    const store = await server.context.openStore();
    const [entry] = await store.transaction((tx) => tx.audit.list({ limit: 1 }));
    const detail = { passkey: "laptop", reason: "its counter did not go on" };
    expect(entry).toMatchObject({ action: "login.refuse", subject: "anna", detail });

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { error: { code: "LOGIN_REFUSED" } } });
    expect(answers.every(({ headers }) => headers.get("set-cookie") === null)).toBe(true);
  }, 60_000);

  test("ends with its account, and with a link that is used; an admin with a passkey alone is an admin", async () => {
    const server = await startServer();
    const anna = await enterFirst(server);
    const authenticator = authenticatorFor(server);
    await addPasskey(anna, authenticator);
    const { secret } = await linkAccount(server.context, "anna");
    expect((await logInWith(server, authenticator)).status).toBe(200);
    const link = { secret: secret.reveal().toString("latin1"), name: "anna" };
    expect((await server.ask("/v1/setup", post({ ...link, password: passphrase }))).status).toBe(204);
    expect((await logInWith(server, authenticator)).status).toBe(401);

    const again = await enter(server, "anna", passphrase);
    await addPasskey(again, authenticator);
    const second = await addAccount(server.context, "bob", ["*:admin"]);
    const bobs = authenticatorFor(server);
    const holder = { secret: second.secret.reveal().toString("latin1"), name: "bob" };
    const asked = await server.ask("/v1/setup/passkey/challenge", post(holder));
    const json = { ...holder, passkeyName: "key", passkey: bobs.create(asked.body) };
    const bob = letIn(server, await server.ask("/v1/setup/passkey", post(json)));
    expect((await bob.ask("/v1/accounts")).body.accounts).toMatchObject([
      { name: "anna", hasPassword: true, passkeys: 1 },
      { name: "bob", hasPassword: false, passkeys: 1 },
    ]);
    expect((await bob.ask("/v1/accounts/anna/disable", { method: "POST" })).status).toBe(204);
    expect((await logInWith(server, authenticator)).status).toBe(401);
    expect((await bob.ask("/v1/accounts/bob/disable", { method: "POST" })).status).toBe(403);
  });

  test("is counted with the wrong passwords of its account, known or not", async () => {
    const server = await startServer();
    const anna = await enterFirst(server);
    const [authenticator, stranger] = [authenticatorFor(server), authenticatorFor(server)];
    await addPasskey(anna, authenticator);
    stranger.create(question(""));
    for (let count = 0; count < 5; count += 1) {
      expect((await server.ask("/v1/login", post({ name: "anna", password: "wrong wrong wrong" }))).status).toBe(401);
      expect((await logInWith(server, authenticator, { tampered: true })).status).toBe(401);
    }
    expect(await logInWith(server, authenticator)).toMatchObject({
      status: 429,
      body: { error: { code: "LOGIN_LOCKED" } },
    });
    expect((await server.ask("/v1/login", post({ name: "anna", password: passphrase }))).status).toBe(429);
    const { body } = await anna.ask("/v1/proof/challenge", post());
    expect((await anna.ask(reveal, post({ passkey: authenticator.get(body) }))).status).toBe(429);
    for (let count = 0; count < 10; count += 1) expect((await logInWith(server, stranger)).status).toBe(401);
    expect((await logInWith(server, stranger)).status).toBe(429);
    const trail = await auditTrail(server.context);
    expect(trail.filter((line) => line.startsWith("login.lock"))).toEqual(["login.lock anna", "login.lock unknown"]);
  }, 60_000);

  test("is asked for a hundred times from one address, and no more", async () => {
    const server = await startServer();
    await Promise.all(Array.from({ length: 100 }, () => askToLogIn(server)));
    expect(await server.ask("/v1/login/passkey/challenge", post())).toMatchObject({
      status: 429,
      body: { error: { code: "LOGIN_LOCKED" } },
    });
  }, 60_000);
});

describe("a new passkey", () => {
  test("takes a proof, a challenge of its own session and purpose, and a holder who was known, once", async () => {
    const server = await startServer();
    const [anna, other] = [await enterFirst(server), await enter(server, "anna", passphrase)];
    const authenticator = authenticatorFor(server);
    for (const proof of [{}, { password: "wrong wrong wrong" }, { passkey: authenticator.create(question("")) }]) {
      const asked = await anna.ask("/v1/passkeys/challenge", post(proof));
      expect([400, 401], asked.text).toContain(asked.status);
    }
    const ask = async () => (await anna.ask("/v1/passkeys/challenge", post({ password: passphrase }))).body;
    const add = (passkey: unknown, browser = anna) => browser.ask("/v1/passkeys", post({ name: "laptop", passkey }));
    const made = authenticator.create(await ask());
    const strange = await askToLogIn(server);
    const refused = [
      await add(made, other),
      await add(authenticator.create(await ask(), { origin: server.served.address })),
      await add(authenticator.create(await ask(), { rpId: "example.com" })),
      await add(authenticator.create(await ask(), { verified: false })),
      await add(authenticator.create(await ask(), { statement: "maker" })),
      await add(authenticator.create({ ...(await ask()), challenge: strange.question.challenge })),
      await add({ ...authenticator.create(await ask()), id: "AAAA" }),
    ];
    for (const answer of refused) expect(answer.body.error?.code, answer.text).toBe("PASSKEY_INVALID");
    expect((await add(made)).status).toBe(201);
    expect((await add(authenticator.create(await ask(), { statement: "self" }))).status).toBe(201);
    expect((await add(made)).body.error.code).toBe("PASSKEY_INVALID");
    expect((await anna.ask("/v1/passkeys")).body.passkeys).toHaveLength(2);
  });

  test("tells the browser which ones the account has, and none of them is added twice", async () => {
    const server = await startServer();
    const anna = await enterFirst(server);
    const authenticator = authenticatorFor(server);
    await addPasskey(anna, authenticator);
    const { body } = await anna.ask("/v1/passkeys/challenge", post(await proofBy(anna, authenticator)));
    const { id } = authenticator.get(body);
    expect(body.excludeCredentials).toEqual([{ type: "public-key", id, transports: ["internal"] }]);
    const again = post({ name: "again", passkey: authenticator.create(body, { credential: id }) });
    expect((await anna.ask("/v1/passkeys", again)).body.error.code).toBe("ALREADY_EXISTS");
  });

  test("is nothing for a program's token", async () => {
    const server = await startServer();
    const token = await server.token("*:admin");
    for (const path of ["/v1/proof/challenge", "/v1/passkeys/challenge", "/v1/passkeys/psk_1/remove"]) {
      const answer = await server.ask(path, post({ password: passphrase }, { token }));
      expect(answer.body.error.code, path).toBe("PERMISSION_DENIED");
    }
    expect((await server.ask("/v1/passkeys", { token })).status).toBe(403);
  });
});

test("the first admin may have a passkey in place of a password, and never loses the last way in", async () => {
  const server = await startServer();
  const [first, second] = [authenticatorFor(server), authenticatorFor(server)];
  const link = { secret: server.firstSecret, name: "anna" };
  const asked = await server.ask("/v1/setup/passkey/challenge", post(link));
  const use = (passkey: unknown) => server.ask("/v1/setup/passkey", post({ ...link, passkeyName: "key", passkey }));
  expect((await use(first.create(asked.body, { verified: false }))).body.error.code).toBe("PASSKEY_INVALID");
  expect((await use(first.create(asked.body))).body.error.code).toBe("PASSKEY_INVALID");
  const anew = await server.ask("/v1/setup/passkey/challenge", post(link));
  const anna = letIn(server, await use(first.create(anew.body)));
  expect((await use(second.create(anew.body))).body.error.code).toBe("LINK_INVALID");
  expect((await server.ask("/v1/setup/passkey/challenge", post(link))).body.error.code).toBe("LINK_INVALID");
  expect((await server.ask("/v1/login", post({ name: "anna", password: passphrase }))).status).toBe(401);
  letIn(server, await logInWith(server, first));

  const { passkeys, hasPassword } = (await anna.ask("/v1/passkeys")).body;
  expect({ hasPassword, count: passkeys.length }).toEqual({ hasPassword: false, count: 1 });
  const remove = `/v1/passkeys/${passkeys[0].id}/remove`;
  const last = await anna.ask(remove, post(await proofBy(anna, first)));
  expect(last.body.error).toMatchObject({ code: "PERMISSION_DENIED", message: "anna has no other way to log in" });
  await addPasskey(anna, second, { proof: await proofBy(anna, first) });
  expect((await anna.ask(remove, post(await proofBy(anna, second)))).status).toBe(204);
  expect((await anna.ask(remove, post(await proofBy(anna, second)))).status).toBe(404);
  expect((await logInWith(server, first)).status).toBe(401);
  letIn(server, await logInWith(server, second));
});

test("nobody proves with another account's passkey, another session's challenge, or one for a log-in", async () => {
  const server = await startServer();
  const [anna, other] = [await enterFirst(server), await enter(server, "anna", passphrase)];
  const mine = authenticatorFor(server);
  await addPasskey(anna, mine);
  const { secret } = await addAccount(server.context, "bob", ["*:admin"]);
  const link = { secret: secret.reveal().toString("latin1"), name: "bob", password: passphrase };
  await server.ask("/v1/setup", post(link));
  const bob = await enter(server, "bob", passphrase);
  const bobs = authenticatorFor(server);
  expect((await bob.ask("/v1/proof/challenge", post())).status).toBe(404);
  await addPasskey(bob, bobs);
  await put(server.context, "SHARED_SECRET", "planted-value-0123456789");
  const { question: loggingIn } = await askToLogIn(server);
  const wrong = [
    await proofBy(anna, bobs),
    await proofBy(other, mine),
    { passkey: mine.get(loggingIn) },
    await proofBy(anna, mine, { verified: false }),
  ];
  for (const proof of wrong) {
    const answer = await anna.ask(reveal, post(proof));
    expect(answer, answer.text).toMatchObject({ status: 401, body: { error: { code: "LOGIN_REFUSED" } } });
  }
  const both = { ...(await proofBy(anna, mine)), password: passphrase };
  expect((await anna.ask(reveal, post(both))).status).toBe(400);
  expect((await anna.ask(reveal, post(await proofBy(anna, mine, { userHandle: undefined })))).status).toBe(200);
});

test("behind a proxy passkeys are for its name and its origin", async () => {
  const server = await startServer({ publicUrl: "https://keyturn.example.com" });
  const anna = await enterFirst(server);
  const authenticator = authenticatorFor(server);
  await addPasskey(anna, authenticator);
  const { question, cookie } = await askToLogIn(server);
  expect(question.rpId).toBe("keyturn.example.com");
  expect(cookie).toMatch(/^__Host-keyturn-visit=/);
  expect((await logInWith(server, authenticator, { origin: "https://evil.example.com" })).status).toBe(401);
  expect((await logInWith(server, authenticator)).status).toBe(200);
});

test("a challenge and the cookie that goes with it are in the store as digests alone", async () => {
  const server = await startServer();
  const { question, cookie } = await askToLogIn(server);
  const { readFileSync } = await import("node:fs");
  const files = ["keyturn.db", "keyturn.db-wal"].map((name) => readFileSync(`${server.folder}/.keyturn/${name}`));
  for (const secret of [question.challenge, cookie.split("=")[1] ?? ""]) {
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(files.some((file) => file.includes(secret))).toBe(false);
  }
});

/** Of nobody who would know the answer. */
function question(challenge: string) {
  return { challenge, rp: { id: "localhost" }, user: { id: "" } };
}
