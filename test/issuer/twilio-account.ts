import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Egress } from "#provider";
import { standIn } from "../provider/stand-in.ts";

export interface TwilioForTest {
  readonly egress: Egress;
  readonly tokens: { primary: string; secondary?: string };
  readonly takes: (token: string) => boolean;
  /** method and path of all calls that change something */
  readonly orders: readonly string[];
  /** a call with this in `METHOD path`: it is done, and its answer lost, or it is answered with a status and not done */
  trouble: { readonly on: string; readonly status?: number } | undefined;
}

export const account = "AC00112233445566778899aabbccddeeff";
export const firstToken = "0123456789abcdef0123456789abcdef";

/** Answers as accounts.twilio.com and api.twilio.com do, statuses and bodies. */
export async function openTwilio(): Promise<TwilioForTest> {
  const tokens: TwilioForTest["tokens"] = { primary: firstToken };
  const orders: string[] = [];
  const takes = (token: string): boolean => token === tokens.primary || token === tokens.secondary;
  const { egress } = await standIn((request, response) => answer(twilio, orders, request, response));
  const twilio: TwilioForTest = { egress, tokens, takes, orders, trouble: undefined };
  return twilio;
}

function answer(
  { tokens, takes, trouble }: TwilioForTest,
  orders: string[],
  { method, url, headers, socket }: IncomingMessage,
  response: ServerResponse,
): void {
  const asked = `${method} ${headers.host}${url}`;
  const isTroubled = trouble !== undefined && asked.includes(trouble.on);
  const say = (status: number, body?: object): void => {
    if (isTroubled) return void socket.destroy();
    response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
  };
  const wrong = (status: number, code: number): void => {
    const more = `https://www.twilio.com/docs/errors/${code}`;
    return say(status, { code, message: "told in words", more_info: more, status });
  };
  if (isTroubled && trouble.status !== undefined) {
    return void response.writeHead(trouble.status, { "content-type": "application/json" }).end("{}");
  }
  const [sid, token = ""] = Buffer.from((headers.authorization ?? "").slice(6), "base64")
    .toString()
    .split(":");
  if (sid !== account || !takes(token)) return wrong(401, 20003);
  const dates = { account_sid: account, date_created: "2026-11-30T18:00:00Z", date_updated: "2026-11-30T18:00:00Z" };
  if (method !== "GET") orders.push(`${method} ${url}`);
  switch (asked) {
    case `GET api.twilio.com/2010-04-01/Accounts/${account}.json`:
      return say(200, { sid: account, status: "active" });
    case "POST accounts.twilio.com/v1/AuthTokens/Secondary":
      if (tokens.secondary !== undefined) return wrong(400, 20001);
      tokens.secondary = randomBytes(16).toString("hex");
      return say(201, { ...dates, secondary_auth_token: tokens.secondary, url: `https://${headers.host}${url}` });
    case "DELETE accounts.twilio.com/v1/AuthTokens/Secondary":
      if (tokens.secondary === undefined) return wrong(404, 20404);
      delete tokens.secondary;
      return say(204);
    case "POST accounts.twilio.com/v1/AuthTokens/Promote":
      if (tokens.secondary === undefined) return wrong(404, 20404);
      tokens.primary = tokens.secondary;
      delete tokens.secondary;
      return say(200, { ...dates, auth_token: tokens.primary, url: `https://${headers.host}${url}` });
    default:
      return wrong(404, 20404);
  }
}
