import type { OutsideIssuer } from "#contract";
import { AppError } from "#kernel";
import { signAws } from "#provider";
import type { Means } from "./means.ts";
import { callHttp, refused } from "./http-call.ts";

type Entry = Extract<OutsideIssuer, { readonly kind: "iam" }>;

export interface IamLogin {
  readonly id: string;
  readonly secret: string;
}

export interface IamAnswer {
  readonly status: number;
  /** of an error: `LimitExceeded` */
  readonly code?: string;
  /** text of the first element of this name; undefined where there is none, or an empty one */
  readonly field: (name: string) => string | undefined;
  readonly text: string;
}

/** Amazon's own; elsewhere IAM stands in a private network as often as not. */
const amazon = "https://iam.amazonaws.com";
const type = "application/x-www-form-urlencoded; charset=utf-8";

/**
 * One order of the query API, version 2010-05-08, signed. What passes by itself is ISSUER_UNREACHABLE; every other error is the
 * caller's to judge.
 */
export async function askIam(
  { endpoint = amazon, region }: Entry,
  means: Means,
  { id, secret }: IamLogin,
  parameters: Readonly<Record<string, string>>,
): Promise<IamAnswer> {
  const url = new URL(endpoint);
  const body = new URLSearchParams({ ...parameters, Version: "2010-05-08" }).toString();
  const { host, pathname: path } = url;
  const at = { region, service: "iam", now: means.clock.now(), host, path, query: "" } as const;
  const headers = signAws({ key: id, secret, ...at, method: "POST", body, type });
  const nearby = endpoint !== amazon;
  const { status, text } = await callHttp(means, "IAM", { method: "POST", url, headers, body, nearby });
  const code = status === 200 ? undefined : elementIn(text, "Code");
  const answer: IamAnswer = {
    status,
    ...(code === undefined ? {} : { code }),
    field: (name) => elementIn(text, name),
    text,
  };
  if (passing.has(code ?? "")) throw new AppError("ISSUER_UNREACHABLE", `IAM can't do it now (${code})`);
  return answer;
}

/** Codes that pass by themselves; the rest is for a person. */
const passing: ReadonlySet<string> = new Set([
  "Throttling",
  "ThrottlingException",
  "RequestLimitExceeded",
  "ConcurrentModification",
  "ServiceUnavailable",
  "ServiceFailure",
  "InternalFailure",
]);

/** The code is all that is told of an error: its text may repeat what was sent. */
export function iamFailure(what: string, { status, code }: IamAnswer): AppError {
  const known = code !== undefined && /^[A-Za-z.]{1,60}$/.test(code) ? code : String(status);
  return refused(`IAM does not ${what} (${known})`);
}

export interface ListedKey {
  readonly id: string;
  readonly active: boolean;
}

/** Of a list of access keys; one that goes on at another page is refused: no user has so many. */
export function keysIn(answer: IamAnswer): readonly ListedKey[] {
  if (answer.field("IsTruncated") === "true") throw refused("IAM lists more access keys than one answer holds");
  return [...answer.text.matchAll(/<member>([^]*?)<\/member>/g)].flatMap(([, member = ""]) => {
    const id = elementIn(member, "AccessKeyId");
    return id === undefined ? [] : [{ id, active: elementIn(member, "Status") !== "Inactive" }];
  });
}

/** Ids, secrets and codes have no sign that XML would write otherwise. */
function elementIn(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<&]+)</${name}>`).exec(text)?.[1];
}
