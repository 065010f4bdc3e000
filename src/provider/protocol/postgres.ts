import { createHash, randomBytes } from "node:crypto";
import type { Conversation } from "../egress/conversation.ts";
import type { Verdict } from "../state.ts";
import { scram } from "./scram.ts";

export interface PostgresLogin {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** as libpq has it: verify-full and verify-ca check the certificate, disable wants no encryption */
  readonly mode: string;
}

/** Protocol 3.0 from the startup message to the first ReadyForQuery (PostgreSQL, "Message Flow" and "Message Formats"). */
export async function talkPostgres(conversation: Conversation, login: PostgresLogin): Promise<Verdict> {
  if (login.mode !== "disable") {
    const refusal = await encrypt(conversation, login.mode);
    if (refusal !== undefined) return refusal;
  }
  conversation.say(startup(login));
  return authenticate(conversation, login);
}

async function encrypt(conversation: Conversation, mode: string): Promise<Verdict | undefined> {
  conversation.say(Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]));
  const answer = (await conversation.hear(1)).toString("latin1");
  if (answer === "S") {
    await conversation.secure({ lenient: !mode.startsWith("verify") });
    return undefined;
  }
  if (answer !== "N") return { state: "inconclusive", meaning: "the answer is none of PostgreSQL" };
  if (/^(?:require|verify)/.test(mode)) return { state: "inconclusive", meaning: "the server offers no encryption" };
  return undefined;
}

function startup({ user, database }: PostgresLogin): Buffer {
  const text = ["user", user, "database", database, "application_name", "keyturn", "", ""].join("\0");
  const body = Buffer.concat([Buffer.from([0, 3, 0, 0]), Buffer.from(text, "utf8")]);
  return Buffer.concat([int32(body.byteLength + 4), body]);
}

/** Requests for the password, by their number. */
const asks = { ok: 0, clear: 3, md5: 5, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

async function authenticate(conversation: Conversation, login: PostgresLogin): Promise<Verdict> {
  const proof = scram({
    hash: "sha256",
    user: "",
    password: login.password,
    nonce: randomBytes(18).toString("base64"),
  });
  let asked = false;
  let proved = true;
  for (;;) {
    const { type, body } = await hearMessage(conversation);
    if (type === "E") return refusal(errorCode(body));
    if (type === "Z") {
      return { state: "ok", meaning: asked ? "the password is right" : "the server asks for no password" };
    }
    if (type !== "R") continue;
    const kind = body.byteLength < 4 ? -1 : body.readInt32BE(0);
    if (kind === asks.ok) {
      if (proved) continue;
      return { state: "inconclusive", meaning: "the server did not prove that it knows the password" };
    }
    asked = true;
    switch (kind) {
      case asks.clear:
        if (!conversation.trusted) return unprotected;
        say(conversation, "p", Buffer.from(`${login.password}\0`, "utf8"));
        break;
      case asks.md5:
        say(conversation, "p", Buffer.from(`${md5Of(login, body.subarray(4, 8))}\0`, "latin1"));
        break;
      case asks.sasl:
        if (!body.subarray(4).toString("latin1").split("\0").includes("SCRAM-SHA-256")) return unknown;
        say(conversation, "p", saslFirst(proof.first));
        proved = false;
        break;
      case asks.saslContinue: {
        const answer = await proof.answer(body.subarray(4).toString("utf8"));
        if (answer === undefined) return unknown;
        say(conversation, "p", Buffer.from(answer, "utf8"));
        break;
      }
      case asks.saslFinal:
        proved = proof.proves(body.subarray(4).toString("utf8"));
        break;
      default:
        return unknown;
    }
  }
}

const unknown: Verdict = { state: "inconclusive", meaning: "the server asks for the password in a way not known here" };
const unprotected: Verdict = {
  state: "inconclusive",
  meaning: "the server asks for the bare password over a connection that is not proved: it was not sent",
};

/** By SQLSTATE. A role that is missing and an address that is refused have the same one. */
const codes: Readonly<Record<string, Verdict>> = {
  "28P01": { state: "invalid", meaning: "the server does not know user and password" },
  "28000": { state: "blocked", meaning: "the server refuses this user or this address (pg_hba.conf)" },
  "3D000": { state: "scope-limited", meaning: "the password is right, but there is no such database" },
  "42501": { state: "scope-limited", meaning: "the password is right, but the user may not connect to the database" },
  "53300": { state: "rate-limited", meaning: "the server has as many connections as it takes" },
};

function refusal(code: string): Verdict {
  const known = Object.hasOwn(codes, code) ? codes[code] : undefined;
  return known ?? { state: "inconclusive", meaning: "the server answers with something else" };
}

export function errorCode(body: Buffer): string {
  const field = body
    .toString("utf8")
    .split("\0")
    .find((text) => text.startsWith("C"));
  return field?.slice(1) ?? "";
}

function saslFirst(first: string): Buffer {
  const text = Buffer.from(first, "utf8");
  return Buffer.concat([Buffer.from("SCRAM-SHA-256\0", "latin1"), int32(text.byteLength), text]);
}

/** `md5` and the digest of the salted digest of password and user. */
function md5Of({ user, password }: PostgresLogin, salt: Buffer): string {
  const inner = createHash("md5").update(`${password}${user}`).digest("hex");
  return `md5${createHash("md5").update(inner).update(salt).digest("hex")}`;
}

export async function hearMessage(
  conversation: Conversation,
): Promise<{ readonly type: string; readonly body: Buffer }> {
  const head = await conversation.hear(5);
  const length = head.readUInt32BE(1);
  return { type: head.toString("latin1", 0, 1), body: await conversation.hear(Math.max(0, length - 4)) };
}

export function say(conversation: Conversation, type: string, body: Buffer): void {
  conversation.say(Buffer.concat([Buffer.from(type, "latin1"), int32(body.byteLength + 4), body]));
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
