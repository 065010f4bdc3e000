import type { Conversation } from "../egress/conversation.ts";
import type { Verdict } from "../state.ts";
import { sayCommand } from "./resp.ts";

/** `AUTH` where the URI has a password, then `PING`; error codes are the first word of an answer (redis.io, RESP). */
export async function talkRedis(conversation: Conversation, { user, password }: RedisLogin): Promise<Verdict> {
  if (password !== undefined) {
    const words = user === undefined ? ["AUTH", password] : ["AUTH", user, password];
    const refusal = refusalOf(await ask(conversation, words));
    if (refusal !== undefined) return refusal;
  }
  const answer = await ask(conversation, ["PING"]);
  if (answer === "+PONG") {
    return {
      state: "ok",
      meaning: password === undefined ? "the server asks for no password" : "the password is right",
    };
  }
  return refusalOf(answer) ?? { state: "inconclusive", meaning: "the answer is none of Redis" };
}

export interface RedisLogin {
  readonly user?: string;
  readonly password?: string;
}

const codes: Readonly<Record<string, Verdict>> = {
  WRONGPASS: { state: "invalid", meaning: "the server does not know user and password" },
  NOAUTH: { state: "invalid", meaning: "the server asks for a password, and the URI has none" },
  NOPERM: { state: "scope-limited", meaning: "a valid user that may not do this" },
  LOADING: { state: "inconclusive", meaning: "the server is starting" },
};

function refusalOf(answer: string): Verdict | undefined {
  if (answer.startsWith("+")) return undefined;
  if (answer.startsWith("-ERR AUTH <password> called without any password configured")) {
    return { state: "inconclusive", meaning: "the server has no password configured, so it checks none" };
  }
  if (answer.startsWith("-ERR max number of clients reached")) {
    return { state: "rate-limited", meaning: "the server has as many clients as it takes" };
  }
  const code = /^-([A-Z]+)/.exec(answer)?.[1] ?? "";
  const known = Object.hasOwn(codes, code) ? codes[code] : undefined;
  return known ?? { state: "inconclusive", meaning: "the server answers with something else" };
}

async function ask(conversation: Conversation, words: readonly string[]): Promise<string> {
  sayCommand(conversation, words);
  return conversation.hearLine();
}
