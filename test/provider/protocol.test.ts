import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { probe } from "#provider";
import { decodeBson, encodeBson, type Document } from "../../src/provider/protocol/bson.ts";
import { scram } from "../../src/provider/protocol/scram.ts";
import { credentialOf } from "./credential.ts";
import { identity, standInTcp } from "./stand-in.ts";

const now = 0;
const near = { addresses: [["10.0.0.8"]] };

async function probeUri(name: string, uri: string, talk: (socket: Socket) => void, options = near) {
  const { egress } = await standInTcp(talk, options);
  const { provider, credential } = credentialOf(name, { uri });
  return probe(provider, credential, { egress, nearby: true, now });
}

describe("Redis", () => {
  const server = (answers: readonly string[], heard: string[] = []) => {
    const left = [...answers];
    return (socket: Socket) =>
      void socket.on("data", (chunk) => {
        heard.push(chunk.toString());
        socket.write(`${left.shift() ?? "-ERR"}\r\n`);
      });
  };

  test.each([
    [["+OK", "+PONG"], "ok"],
    [["-WRONGPASS invalid username-password pair or user is disabled."], "invalid"],
    [["+OK", "-NOPERM User app has no permissions to run the 'ping' command"], "scope-limited"],
    [["-ERR AUTH <password> called without any password configured for the default user."], "inconclusive"],
    [["-ERR max number of clients reached"], "rate-limited"],
    [["+OK", "-LOADING Redis is loading the dataset in memory"], "inconclusive"],
    [["HTTP/1.1 400 Bad Request"], "inconclusive"],
  ])("that answers %j makes it %s", async (answers, state) => {
    expect(await probeUri("redis", "redis://:p%40ss@cache.internal/0", server(answers))).toMatchObject({ state });
  });

  test("gets user and password decoded, and a missing password is seen", async () => {
    const heard: string[] = [];
    await probeUri("redis", "redis://app:p%40ss@cache.internal", server(["+OK", "+PONG"], heard));
    expect(heard[0]).toBe("*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$4\r\np@ss\r\n");
    const without = await probeUri("redis", "redis://cache.internal", server(["-NOAUTH Authentication required."]));
    expect(without).toMatchObject({ state: "invalid" });
  });

  test("gets no password in the clear over the internet", async () => {
    const heard: string[] = [];
    const away = { addresses: [["93.184.216.34"]] };
    const verdict = await probeUri("redis", "redis://:pass@cache.example", server(["+OK", "+PONG"], heard), away);
    expect(verdict).toMatchObject({ state: "inconclusive" });
    expect(heard).toEqual([]);
  });

  test("that hangs up or never ends is unreachable", async () => {
    expect(await probeUri("redis", "redis://:p@cache.internal", (socket) => socket.destroy())).toMatchObject({
      state: "unreachable",
    });
    const flood = (socket: Socket) => void socket.on("data", () => socket.write("x".repeat(100_000)));
    expect(await probeUri("redis", "redis://:p@cache.internal", flood)).toMatchObject({ state: "unreachable" });
  });
});

describe("PostgreSQL", () => {
  const uri = "postgresql://app:s3cr3t@db.internal/shop";
  const refused = (code: string) => message("E", `SFATAL\0C${code}\0Mtold in words\0\0`);

  test.each([
    ["28P01", "invalid"],
    ["28000", "blocked"],
    ["3D000", "scope-limited"],
    ["42501", "scope-limited"],
    ["53300", "rate-limited"],
    ["57P03", "inconclusive"],
  ])("that answers %s makes it %s", async (code, state) => {
    expect(await probeUri("postgresql", uri, postgres([refused(code)]))).toMatchObject({ state });
  });

  test("takes the right password by SCRAM and proves that it knows it", async () => {
    const verdict = await probeUri("postgresql", uri, postgresScram("s3cr3t"));
    expect(verdict).toEqual({ state: "ok", meaning: "the password is right" });
    expect(await probeUri("postgresql", uri, postgresScram("another"))).toMatchObject({ state: "invalid" });
  });

  test("is told user and database as pairs that end with an empty name", async () => {
    const heard: Buffer[] = [];
    await probeUri("postgresql", "postgresql://app:s3cr3t@db.internal/shop", postgres([ready], heard));
    const startup = heard[1] ?? Buffer.alloc(8);
    expect(startup.readInt32BE(0)).toBe(startup.length);
    expect(startup.subarray(8).toString().split("\0")).toEqual([
      "user",
      "app",
      "database",
      "shop",
      "application_name",
      "keyturn",
      "",
      "",
    ]);
  });

  test("takes it by the older salted digest", async () => {
    const salt = Buffer.from([1, 2, 3, 4]);
    const inner = createHash("md5").update("s3cr3tapp").digest("hex");
    const digest = `md5${createHash("md5").update(inner).update(salt).digest("hex")}`;
    const ask = message("R", Buffer.concat([int32(5), salt]));
    const heard: Buffer[] = [];
    const verdict = await probeUri("postgresql", uri, postgres([ask, ready], heard));
    expect(verdict).toMatchObject({ state: "ok" });
    expect(heard.at(-1)?.toString()).toContain(digest);
  });

  test("gets the bare password only over a connection that is proved", async () => {
    const ask = message("R", int32(3));
    const heard: Buffer[] = [];
    expect(await probeUri("postgresql", uri, postgres([ask, ready], heard))).toMatchObject({ state: "inconclusive" });
    expect(Buffer.concat(heard).toString("latin1")).not.toContain("s3cr3t");
    const encrypted: Buffer[] = [];
    const verdict = await probeUri(
      "postgresql",
      "postgresql://app:s3cr3t@stand-in.example/shop?sslmode=verify-full",
      postgresTls([ask, ready], encrypted),
    );
    expect(verdict).toMatchObject({ state: "ok" });
    expect(Buffer.concat(encrypted).toString("latin1")).toContain("s3cr3t");
  });

  test("with a certificate for another name is unreachable where it is to be verified, and gets no bare password elsewhere", async () => {
    const ask = message("R", int32(3));
    const at = (mode: string) => `postgresql://app:s3cr3t@other.internal/shop?sslmode=${mode}`;
    const heard: Buffer[] = [];
    expect(await probeUri("postgresql", at("verify-full"), postgresTls([ask], heard))).toMatchObject({
      state: "unreachable",
    });
    expect(await probeUri("postgresql", at("require"), postgresTls([ask], heard))).toMatchObject({
      state: "inconclusive",
    });
    expect(Buffer.concat(heard).toString("latin1")).not.toContain("s3cr3t");
  });

  test("that offers no encryption is told where it was required", async () => {
    const verdict = await probeUri("postgresql", `${uri}?sslmode=require`, postgres([ready]));
    expect(verdict).toMatchObject({ state: "inconclusive" });
  });
});

describe("MongoDB", () => {
  test("takes the right password by SCRAM, and code 18 is the wrong one", async () => {
    const at = (password: string) => `mongodb://app:${password}@db1.internal,db2.internal:27018/shop?authSource=admin`;
    expect(await probeUri("mongodb", at("right"), mongo("right"))).toEqual({
      state: "ok",
      meaning: "the password is right",
    });
    expect(await probeUri("mongodb", at("wrong"), mongo("right"))).toMatchObject({ state: "invalid" });
  });

  test("by a record that has to be looked up, or without a user, is not asked", async () => {
    for (const uri of ["mongodb+srv://app:pass@cluster.example/shop", "mongodb://db.internal/shop"]) {
      expect(await probeUri("mongodb", uri, mongo("right"))).toMatchObject({ state: "inconclusive" });
    }
  });
});

describe("whatever a server says", () => {
  test("in bytes of no protocol convicts no key", async () => {
    const uris = {
      redis: "redis://:p@cache.internal",
      postgresql: "postgresql://app:p@db.internal/shop?sslmode=disable",
      mongodb: "mongodb://app:p@db.internal/shop",
    };
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ maxLength: 200 }).map((text) => Buffer.from(text)),
    );
    for (const [name, uri] of Object.entries(uris)) {
      await fc.assert(
        fc.asyncProperty(bytes, async (said) => {
          const verdict = await probeUri(name, uri, (socket) => void socket.once("data", () => socket.end(said)));
          expect(["inconclusive", "unreachable"]).toContain(verdict.state);
        }),
        { numRuns: 40 },
      );
    }
  });

  test("BSON reads what it writes, and anything else is a RangeError", () => {
    const leaf = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.string().filter((text) => !text.includes("\0")),
      fc.boolean(),
    );
    const name = fc.string().filter((text) => !text.includes("\0") && text !== "__proto__");
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf))), (document) => {
        expect(decodeBson(encodeBson(document))).toEqual({ ...document });
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeBson(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  test("SCRAM answers RFC 7677's example, and neither a foreign nonce nor endless work", async () => {
    const login = { hash: "sha256", user: "user", password: "pencil", nonce: "rOprNGfwEbeRWgbNEkqO" } as const;
    const proof = scram(login);
    expect(proof.first).toBe("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const final = await proof.answer(`r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`);
    expect(final).toBe(`c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`);
    expect(proof.proves("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).toBe(true);
    expect(proof.proves("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).toBe(false);
    expect(await scram(login).answer("r=elsewhere,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")).toBeUndefined();
    expect(await scram(login).answer(`r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=999999999`)).toBeUndefined();
  });
});

const ready = Buffer.concat([message("R", int32(0)), message("Z", "I")]);

/** Says no to encryption, then one answer to each message. */
function postgres(answers: readonly Buffer[], heard: Buffer[] = []) {
  return (socket: Socket) => {
    const left = [...answers];
    socket.on("data", (chunk) => {
      heard.push(chunk);
      if (chunk.length === 8 && chunk.readInt32BE(4) === 80877103) socket.write("N");
      else socket.write(left.shift() ?? ready);
    });
  };
}

function postgresTls(answers: readonly Buffer[], heard: Buffer[]) {
  return (socket: Socket) =>
    void socket.once("data", () => {
      socket.write("S");
      const encrypted = new TLSSocket(socket, { isServer: true, ...identity });
      encrypted.on("error", () => undefined);
      const left = [...answers];
      encrypted.on("data", (chunk) => {
        heard.push(chunk);
        encrypted.write(left.shift() ?? ready);
      });
    });
}

function postgresScram(password: string) {
  return (socket: Socket) => {
    const server = scramServer("sha256", password);
    socket.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      if (chunk.length === 8) socket.write("N");
      else if (chunk[0] !== 0x70)
        socket.write(message("R", Buffer.concat([int32(10), Buffer.from("SCRAM-SHA-256\0\0")])));
      else if (text.includes("n,,"))
        socket.write(
          message("R", Buffer.concat([int32(11), Buffer.from(server.first(text.slice(text.indexOf("n,,"))))])),
        );
      else {
        const final = server.final(text.slice(text.indexOf("c=")));
        socket.write(
          final === undefined
            ? message("E", "SFATAL\0C28P01\0Mpassword authentication failed\0\0")
            : Buffer.concat([message("R", Buffer.concat([int32(12), Buffer.from(final)])), ready]),
        );
      }
    });
  };
}

function mongo(password: string) {
  return (socket: Socket) => {
    const server = scramServer("sha256", password);
    socket.on("data", (chunk) => {
      const asked = decodeBson(chunk.subarray(21));
      const said = Buffer.from((asked["payload"] as Uint8Array | undefined) ?? []).toString();
      const answer = (document: Document) => {
        const body = Buffer.concat([Buffer.alloc(5), encodeBson(document)]);
        const head = Buffer.alloc(16);
        head.writeInt32LE(16 + body.length, 0);
        head.writeInt32LE(2013, 12);
        socket.write(Buffer.concat([head, body]));
      };
      if ("hello" in asked) return answer({ ok: 1, saslSupportedMechs: { 0: "SCRAM-SHA-1", 1: "SCRAM-SHA-256" } });
      if ("saslStart" in asked) return answer({ ok: 1, conversationId: 7, payload: Buffer.from(server.first(said)) });
      const final = server.final(said);
      if (final === undefined) return answer({ ok: 0, code: 18, codeName: "AuthenticationFailed" });
      return answer({ ok: 1, done: true, payload: Buffer.from(final) });
    });
  };
}

/** The other side of RFC 5802, from its text. */
function scramServer(hash: "sha1" | "sha256", password: string) {
  const salt = randomBytes(16);
  const size = hash === "sha1" ? 20 : 32;
  const salted = pbkdf2Sync(password, salt, 4096, size, hash);
  const sign = (key: Buffer, text: string) => createHmac(hash, key).update(text).digest();
  let [bare, asked] = ["", ""];
  return {
    first(clientFirst: string) {
      bare = clientFirst.slice(3);
      asked = `${/r=[^,]+/.exec(bare)?.[0]}${randomBytes(9).toString("base64")},s=${salt.toString("base64")},i=4096`;
      return asked;
    },
    final(clientFinal: string) {
      const [without = "", proof = ""] = clientFinal.split(",p=");
      const message = `${bare},${asked},${without}`;
      const stored = createHash(hash).update(sign(salted, "Client Key")).digest();
      const mask = sign(stored, message);
      const key = Buffer.from(Buffer.from(proof, "base64").map((byte, at) => byte ^ (mask[at] ?? 0)));
      if (!createHash(hash).update(key).digest().equals(stored)) return undefined;
      return `v=${sign(sign(salted, "Server Key"), message).toString("base64")}`;
    },
  };
}

function message(type: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
