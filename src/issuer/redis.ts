import { createHash } from "node:crypto";
import type { IssuerEntry } from "#contract";
import { AppError } from "#kernel";
import { askRedis, findProvider, loginOf, speak, type Conversation, type Reply } from "#provider";
import { isUri, loginIn, textOf, withLogin } from "./connection-value.ts";
import type { Means } from "./means.ts";
import type { Intent, Issued, Issuer } from "./issuer.ts";

/**
 * A user of Redis' access control list has as many passwords as one likes. Each is named there by its SHA-256, and so only
 * that is sent: neither MONITOR nor a log of slow commands shows a password.
 */
export function redisIssuer(entry: Extract<IssuerEntry, { kind: "redis" }>, means: Means): Issuer {
  const { user } = entry;
  return {
    does: `a second password of the Redis user ${user}`,
    where: "Redis",
    overlap: true,
    make: (intent) => make(entry, means, intent),
    revoke: (intent, which) => revoke(entry, means, intent, which),
  };
}

type Entry = Extract<IssuerEntry, { kind: "redis" }>;

async function make({ user, admin }: Entry, means: Means, intent: Intent): Promise<Issued> {
  const { present, draft, name } = intent;
  const named = loginIn(present).user ?? "default";
  if (isUri(present) && named !== user) throw refused(`${name} logs in as another user than ${user}`);
  const kept = await withAdmin(means, admin, async (conversation) => {
    const known = await findUser(conversation, user);
    if (known === undefined) throw refused(`Redis has no user ${user}`);
    if (!known.flags.includes("on")) throw refused(`the user ${user} is off in Redis`);
    if (known.flags.includes("nopass")) throw refused(`Redis asks the user ${user} for no password`);
    await order(conversation, ["ACL", "SETUSER", user, `#${hashOf(textOf(draft))}`]);
    return save(conversation);
  });
  await prove(means, admin, { user, password: textOf(draft) });
  const notices = kept
    ? []
    : ["Redis keeps its users in no file: until one is named, a restart forgets the new password"];
  return { value: withLogin(present, { password: draft }), notices };
}

async function revoke({ user, admin }: Entry, means: Means, intent: Intent, which: "old" | "new"): Promise<void> {
  const { present, draft, compromised } = intent;
  const hash = hashOf(which === "old" ? loginIn(present).password : textOf(draft));
  await withAdmin(means, admin, async (conversation) => {
    const known = await findUser(conversation, user);
    if (known?.passwords.includes(hash) === true) {
      await order(conversation, ["ACL", "SETUSER", user, `!${hash}`]);
    }
    await save(conversation);
    // who is logged in stays so: services come again with the new password, and whoever stole the old one does not
    if (compromised && which === "old") await order(conversation, ["CLIENT", "KILL", "USER", user]);
  });
}

interface User {
  readonly flags: readonly string[];
  /** SHA-256, hexadecimal */
  readonly passwords: readonly string[];
}

async function findUser(conversation: Conversation, user: string): Promise<User | undefined> {
  const reply = await order(conversation, ["ACL", "GETUSER", user]);
  if (reply.kind !== "list") return undefined;
  const field = (name: string): readonly string[] => {
    const at = reply.items.findIndex((item) => item.kind === "text" && item.text === name);
    const found = reply.items[at + 1];
    return at === -1 || found?.kind !== "list" ? [] : found.items.flatMap((item) => ("text" in item ? item.text : []));
  };
  return { flags: field("flags"), passwords: field("passwords") };
}

/** Into the file of its users, or among its settings; false where it has neither, or does not let us. */
async function save(conversation: Conversation): Promise<boolean> {
  const saved = await askRedis(conversation, ["ACL", "SAVE"]);
  if (saved.kind !== "error") return true;
  return (await askRedis(conversation, ["CONFIG", "REWRITE"])).kind !== "error";
}

async function prove(means: Means, admin: string, login: Login): Promise<void> {
  await converse(means, admin, async (conversation) => {
    const answer = await askRedis(conversation, ["AUTH", login.user, login.password]);
    if (answer.kind === "error") throw refused(`Redis does not take the new password of ${login.user}`);
  });
}

interface Login {
  readonly user: string;
  readonly password: string;
}

function withAdmin<T>(means: Means, admin: string, work: (conversation: Conversation) => Promise<T>): Promise<T> {
  return converse(means, admin, async (conversation, uri) => {
    const { user, password } = loginOf(uri);
    if (password !== undefined) await order(conversation, ["AUTH", ...(user === undefined ? [] : [user]), password]);
    return work(conversation);
  });
}

async function converse<T>(
  { egress, value }: Means,
  admin: string,
  work: (conversation: Conversation, uri: URL) => Promise<T>,
): Promise<T> {
  const probe = findProvider("redis")?.probe;
  if (probe?.kind !== "stream") throw new AppError("INTERNAL", "the catalogue has no Redis");
  const address = textOf(await value(admin));
  const signal = AbortSignal.timeout(egress.limit);
  const spoken = await speak(probe, address, { egress, nearby: true, signal }, work);
  if (spoken.kind === "spoken") return spoken.result;
  if (spoken.kind === "refused") throw refused(`${admin}: ${spoken.reason}`);
  throw new AppError("ISSUER_UNREACHABLE", `Redis, where ${admin} says: ${spoken.reason}`);
}

/** Codes that pass by themselves; the rest is for a person. */
const passing: ReadonlySet<string> = new Set(["LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN"]);

/** The code is all that is told of an error: its text may repeat what was sent. */
async function order(conversation: Conversation, words: readonly string[]): Promise<Reply> {
  const reply = await askRedis(conversation, words);
  if (reply.kind !== "error") return reply;
  const code = /^[A-Z]+/.exec(reply.text)?.[0] ?? "ERR";
  const verb = words.slice(0, words[0] === "AUTH" ? 1 : 2).join(" ");
  if (passing.has(code)) throw new AppError("ISSUER_UNREACHABLE", `Redis can't do it now: ${verb} answers ${code}`);
  throw refused(`Redis refuses ${verb} (${code})`);
}

function refused(message: string): AppError {
  return new AppError("ISSUER_REFUSED", message);
}

function hashOf(password: string): string {
  return createHash("sha256").update(password, "utf8").digest("hex");
}
