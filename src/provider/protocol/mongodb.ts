import { createHash, randomBytes } from "node:crypto";
import type { Conversation } from "../egress/conversation.ts";
import type { Verdict } from "../state.ts";
import { decodeBson, encodeBson, type BsonValue, type Document } from "./bson.ts";
import { scram } from "./scram.ts";

export interface MongodbLogin {
  readonly user: string;
  readonly password: string;
  /** the database that knows the user */
  readonly source: string;
}

/**
 * SCRAM over OP_MSG (MongoDB's specifications "OP_MSG" and "Driver Authentication"). A bare ping is answered without a
 * login, so it proves nothing. Code 18 is AuthenticationFailed.
 */
export async function talkMongodb(conversation: Conversation, login: MongodbLogin): Promise<Verdict> {
  const { user, password, source } = login;
  if (user === "") return { state: "inconclusive", meaning: "the URI names no user" };
  const hello = await run(conversation, { hello: 1, saslSupportedMechs: `${source}.${user}`, $db: "admin" });
  const known = Object.values(asDocument(hello["saslSupportedMechs"]));
  const hash = known.includes("SCRAM-SHA-256") || known.length === 0 ? "sha256" : "sha1";
  const proof = scram({
    hash,
    user,
    password: hash === "sha1" ? digestOf(login) : password,
    nonce: randomBytes(18).toString("base64"),
  });
  const mechanism = hash === "sha1" ? "SCRAM-SHA-1" : "SCRAM-SHA-256";
  const started = await run(conversation, {
    saslStart: 1,
    mechanism,
    payload: Buffer.from(proof.first, "utf8"),
    options: { skipEmptyExchange: true },
    $db: source,
  });
  if (started["ok"] !== 1) return refusal(started);
  const answer = await proof.answer(textOf(started["payload"]));
  if (answer === undefined) return foreign;
  const ended = await run(conversation, {
    saslContinue: 1,
    conversationId: started["conversationId"],
    payload: Buffer.from(answer, "utf8"),
    $db: source,
  });
  if (ended["ok"] !== 1) return refusal(ended);
  if (!proof.proves(textOf(ended["payload"]))) {
    return { state: "inconclusive", meaning: "the server did not prove that it knows the password" };
  }
  return { state: "ok", meaning: "the password is right" };
}

const foreign: Verdict = { state: "inconclusive", meaning: "the answer is none of MongoDB" };

function refusal({ code }: Document): Verdict {
  if (code === 18) return { state: "invalid", meaning: "the server does not know user and password" };
  if (code === 13) return { state: "scope-limited", meaning: "a valid user that may not do this" };
  return { state: "inconclusive", meaning: "the server answers with something else" };
}

/** What SCRAM-SHA-1 takes for the password there. */
function digestOf({ user, password }: MongodbLogin): string {
  return createHash("md5").update(`${user}:mongo:${password}`).digest("hex");
}

const opMsg = 2013;

async function run(conversation: Conversation, command: Document): Promise<Document> {
  const body = Buffer.concat([Buffer.alloc(5), encodeBson(command)]);
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + body.byteLength, 0);
  head.writeInt32LE(1, 4);
  head.writeInt32LE(opMsg, 12);
  conversation.say(Buffer.concat([head, body]));
  const length = (await conversation.hear(4)).readInt32LE(0);
  const answer = await conversation.hear(Math.max(17, length - 4));
  if (answer.readInt32LE(8) !== opMsg) return {};
  return decodeBson(answer.subarray(17));
}

function asDocument(value: BsonValue): Document {
  return typeof value === "object" && !(value instanceof Uint8Array) ? value : {};
}

function textOf(value: BsonValue): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : "";
}
