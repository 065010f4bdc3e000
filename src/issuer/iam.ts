import { createHash } from "node:crypto";
import type { OutsideIssuer } from "#contract";
import { Sensitive } from "#kernel";
import { textOf } from "./connection-value.ts";
import type { Means } from "./means.ts";
import { refused } from "./http-call.ts";
import { askIam, iamFailure, keysIn, type IamAnswer, type IamLogin, type ListedKey } from "./iam-call.ts";
import type { Intent, Issued, Issuer } from "./issuer.ts";

type Entry = Extract<OutsideIssuer, { readonly kind: "iam" }>;

/**
 * A user of IAM has access keys, two at Amazon, and IAM chooses both halves of one. It takes all that are active.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 */
export function iamIssuer(entry: Entry, means: Means): Issuer {
  return {
    does: `another access key of the IAM user ${entry.user}`,
    where: "IAM",
    overlap: true,
    make: (intent) => make(entry, means, intent),
    revoke: (intent, which) => revoke(entry, means, intent, which),
  };
}

/** Digests of key ids. What is there and was not before is ours: its answer may have been lost, and its secret with it. */
interface Noted {
  readonly before: readonly string[];
  readonly made?: string;
}

async function make(entry: Entry, means: Means, intent: Intent): Promise<Issued> {
  const { user } = entry;
  const login = await loginFor(entry, means, intent, "present");
  const own = textOf(companionOf(intent).present);
  const listed = await list(entry, means, login);
  if (!listed.some(({ id }) => id === own)) throw refused(`the present access key is none of the IAM user ${user}`);
  const noted = readNoted(intent.noted);
  const lost = lostKeys(listed, noted, own);
  for (const key of lost) await remove(entry, means, login, key);
  const before = noted?.before ?? listed.map(({ id }) => digestOf(id));
  await means.note(intent.id, JSON.stringify({ before }));
  const answer = await askIam(entry, means, login, { Action: "CreateAccessKey", UserName: user });
  if (answer.code === "LimitExceeded") throw tooMany(user);
  if (answer.status !== 200) throw iamFailure("make an access key", answer);
  const [id, secret] = [answer.field("AccessKeyId"), answer.field("SecretAccessKey")];
  if (id === undefined || secret === undefined) throw iamFailure("tell the access key that it made", answer);
  await means.note(intent.id, JSON.stringify({ before, made: digestOf(id) }));
  await prove(entry, means, { id, secret });
  return { value: Sensitive.of(secret), companion: Sensitive.of(id), notices: [] };
}

function tooMany(user: string): Error {
  return refused(
    `the IAM user ${user} has as many access keys as it may have`,
    `delete the one that nothing uses: \`aws iam list-access-keys --user-name ${user}\` shows them`,
  );
}

/** Off first: what still uses it fails, and it could be put on again if the deletion is cut short. */
async function revoke(entry: Entry, means: Means, intent: Intent, which: "old" | "new"): Promise<void> {
  const login = await loginFor(entry, means, intent, which === "old" ? "made" : "present");
  const own = textOf(companionOf(intent).present);
  const listed = await list(entry, means, login);
  const ended = which === "old" ? listed.filter(({ id }) => id === own) : madeKeys(listed, intent, own);
  for (const key of ended) await remove(entry, means, login, key);
}

function madeKeys(listed: readonly ListedKey[], intent: Intent, own: string): readonly ListedKey[] {
  const { made } = companionOf(intent);
  const known = made === undefined ? undefined : textOf(made);
  if (known !== undefined) return listed.filter(({ id }) => id === known && id !== own);
  return lostKeys(listed, readNoted(intent.noted), own);
}

function lostKeys(listed: readonly ListedKey[], noted: Noted | undefined, own: string): readonly ListedKey[] {
  if (noted === undefined) return [];
  return listed.filter(({ id }) => id !== own && !noted.before.includes(digestOf(id)));
}

async function remove(entry: Entry, means: Means, login: IamLogin, { id, active }: ListedKey): Promise<void> {
  const key = { UserName: entry.user, AccessKeyId: id };
  const order = async (parameters: Readonly<Record<string, string>>, what: string): Promise<void> => {
    const answer = await askIam(entry, means, login, { ...parameters, ...key });
    if (answer.status !== 200 && answer.code !== "NoSuchEntity") throw iamFailure(what, answer);
  };
  if (active) await order({ Action: "UpdateAccessKey", Status: "Inactive" }, "deactivate an access key");
  await order({ Action: "DeleteAccessKey" }, "delete an access key");
}

async function list(entry: Entry, means: Means, login: IamLogin): Promise<readonly ListedKey[]> {
  const answer = await askIam(entry, means, login, { Action: "ListAccessKeys", UserName: entry.user });
  if (answer.status !== 200) throw iamFailure("list access keys", answer);
  return keysIn(answer);
}

/** A key is known everywhere a while after it was made: pauses between two looks, milliseconds. */
const pauses = [500, 1000, 2000, 3000, 5000, 5000, 10_000, 10_000, 10_000, 15_000] as const;

/** Whether a signature with it is taken; what it may do is another question. */
async function prove(entry: Entry, means: Means, login: IamLogin): Promise<void> {
  const ask = () => askIam(entry, means, login, { Action: "ListAccessKeys", UserName: entry.user });
  let answer: IamAnswer = await ask();
  for (const pause of pauses) {
    if (isTaken(answer)) return;
    await means.clock.sleep(pause);
    answer = await ask();
  }
  if (!isTaken(answer)) throw iamFailure("take the access key that it made", answer);
}

function isTaken({ status, code }: IamAnswer): boolean {
  return status === 200 || (status === 403 && (code === "AccessDenied" || code === "AccessDeniedException"));
}

async function loginFor({ admin }: Entry, means: Means, intent: Intent, which: "present" | "made"): Promise<IamLogin> {
  if (admin === undefined) {
    const { present, made, name } = { ...companionOf(intent) };
    const [id, secret] = which === "present" ? [present, intent.present] : [made, intent.made];
    if (id !== undefined && secret !== undefined) return { id: textOf(id), secret: textOf(secret) };
    throw refused(`nobody knows the new value of ${name}, with which the old one is to be revoked`);
  }
  const [, id, secret] = /^([^\s:]+):(\S+)$/.exec(textOf(await means.value(admin)).trim()) ?? [];
  if (id !== undefined && secret !== undefined) return { id, secret };
  throw refused(`${admin} is no access key: expected ACCESS_KEY_ID:SECRET`, `\`keyturn set ${admin}\``);
}

function companionOf({ companion, name }: Intent): NonNullable<Intent["companion"]> {
  if (companion !== undefined) return companion;
  throw refused(`${name} has no other half`, `\`secrets: { ${name}: { with: … } }\` in keyturn.yaml names it`);
}

function digestOf(id: string): string {
  return createHash("sha256").update(id, "utf8").digest("hex").slice(0, 32);
}

/** As this file wrote it. */
function readNoted(text: string | undefined): Noted | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Noted);
}
