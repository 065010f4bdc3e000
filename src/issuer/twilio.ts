import type { IssuerEntry } from "#contract";
import { Sensitive } from "#kernel";
import { textOf } from "./connection-value.ts";
import type { Means } from "./means.ts";
import { basicLogin, callHttp, fieldOf, refused, type Called } from "./http-call.ts";
import type { Intent, Issued, Issuer } from "./issuer.ts";

type Entry = Extract<IssuerEntry, { kind: "twilio" }>;

/**
 * An account has one auth token, and a secondary one for a while. Both are good for calls to Twilio, which signs its webhooks
 * with the first; a promotion puts the secondary one in its place and ends it at once. https://www.twilio.com/docs/iam/api/authtoken
 */
export function twilioIssuer(entry: Entry, means: Means): Issuer {
  return {
    does: "a secondary auth token of the Twilio account, in the place of one that is there",
    where: "Twilio",
    overlap: true,
    make: (intent) => make(entry, means, intent),
    revoke: (intent, which) => (which === "old" ? promote(entry, means, intent) : remove(entry, means, intent.present)),
  };
}

/** What a call made whose answer was lost can be told by nobody: it gives its place to another one. */
async function make(entry: Entry, means: Means, { present }: Intent): Promise<Issued> {
  if (!(await takes(entry, means, present))) throw refused(`Twilio does not take the token of ${entry.account} (401)`);
  await remove(entry, means, present);
  const { status, body } = await send(entry, means, { method: "POST", url: secondary, token: present });
  const made = fieldOf(body, "secondary_auth_token");
  if (status !== 201 || typeof made !== "string" || made === "") throw unexpected("make a secondary token", status);
  const value = Sensitive.of(made);
  await prove(entry, means, value);
  return { value, notices: [] };
}

/** The one that is there, whoever made it. A first token ends by a promotion alone: where it is refused, none is left of its time. */
async function remove(entry: Entry, means: Means, present: Sensitive): Promise<void> {
  const { status } = await send(entry, means, { method: "DELETE", url: secondary, token: present });
  if (![204, 404, 401].includes(status)) throw unexpected("delete the secondary token", status);
}

/** It may have been done by a call whose answer was lost: then the old token is refused, and the new one is not. */
async function promote(entry: Entry, means: Means, { present, made, name }: Intent): Promise<void> {
  if (made === undefined) throw refused(`nobody knows the new value of ${name}, which is to be promoted`);
  if (!(await takes(entry, means, made))) {
    throw refused("Twilio does not take the new token: somebody deleted it there", `\`keyturn rotate ${name} --back\``);
  }
  if (!(await takes(entry, means, present))) return;
  // both are taken, so the new one is the secondary one
  const { status } = await send(entry, means, { method: "POST", url: promotion, token: made });
  if (status !== 200) throw unexpected("promote the secondary token", status);
}

/** A token may be known everywhere a moment after it was made: how often it is tried, and the pause between, milliseconds. */
const looks = 5;
const pause = 1000;

async function prove(entry: Entry, means: Means, value: Sensitive): Promise<void> {
  for (let left = looks; !(await takes(entry, means, value)); left -= 1) {
    if (left === 0) throw refused("Twilio does not take the token that it made");
    await means.clock.sleep(pause);
  }
}

async function takes(entry: Entry, means: Means, token: Sensitive): Promise<boolean> {
  const { status } = await send(entry, means, { method: "GET", url: `${accounts}/${entry.account}.json`, token });
  if (status !== 200 && status !== 401) throw unexpected("show the account", status);
  return status === 200;
}

const accounts = "https://api.twilio.com/2010-04-01/Accounts";
const secondary = "https://accounts.twilio.com/v1/AuthTokens/Secondary";
const promotion = "https://accounts.twilio.com/v1/AuthTokens/Promote";

interface Order {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly token: Sensitive;
}

function send({ account }: Entry, means: Means, { method, url, token }: Order): Promise<Called> {
  const headers = basicLogin(account, textOf(token));
  return callHttp(means, "Twilio", { method, url: new URL(url), headers, nearby: false });
}

function unexpected(what: string, status: number): Error {
  return refused(`Twilio does not ${what} (${status})`);
}
