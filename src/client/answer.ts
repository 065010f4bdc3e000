import type { Readable } from "node:stream";
import { AppError, errorCodes, isSameForm, versionHeader, type ErrorCode, type Finding } from "#kernel";
import type { WireAnswer } from "./wire.ts";

export interface Expected {
  /** of the server, for people */
  readonly name: string;
  /** of this command */
  readonly version: string;
  /** text comes as it is, and is shown to nobody without a look at it; otherwise nothing in it can drive a terminal */
  readonly exact?: boolean;
}

/** What was asked for, or the failure that the server told. Undefined where there is nothing to tell. */
export async function readAnswer(answer: WireAnswer, expected: Expected): Promise<unknown> {
  checkServer(answer, expected);
  const text = await bounded(answer.body, expected.name);
  if (answer.status === 204) return undefined;
  const told = parse(text, expected);
  if (answer.status < 300) return told;
  throw failureOf(told, expected.name);
}

/** That a Keyturn answers, and one that this command understands. */
export function checkServer({ status, headers }: WireAnswer, { name, version }: Expected): void {
  const there = headers[versionHeader];
  if (typeof there === "string" && /^[0-9A-Za-z.+-]{1,40}$/.test(there)) {
    if (!isSameForm(there, version)) throw otherVersion(name, version, there);
    return;
  }
  if (status >= 300 && status < 400) {
    throw new AppError("SERVER_UNKNOWN", `${name} sends on to another address`, {
      hint: "name that one in KEYTURN_URL: the token goes to no other than the one that you named",
    });
  }
  if ([502, 503, 504].includes(status)) {
    throw new AppError("SERVER_UNREACHABLE", `a proxy answers ${status} at ${name}: Keyturn behind it is away`);
  }
  throw new AppError("SERVER_UNKNOWN", `what answers at ${name} is no Keyturn server`);
}

export function otherVersion(name: string, here: string, there: string): AppError {
  return new AppError("SERVER_VERSION", `${name} has Keyturn ${there}, and this is ${here}`);
}

/** bytes */
const most = 64 * 1024 * 1024;

async function bounded(body: Readable, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).byteLength;
      if (length > most) throw new AppError("SERVER_UNKNOWN", `${name} answers more than anybody asked for`);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("SERVER_UNREACHABLE", `the connection to ${name} was lost`, { cause });
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function parse(text: string, { name, exact }: Expected): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      typeof value === "string" && exact !== true ? harmless(value) : value,
    );
  } catch (cause) {
    throw new AppError("SERVER_UNKNOWN", `${name} answers what is no JSON`, { cause });
  }
}

/** A server is another machine: what it says must not move a cursor or turn a line around. */
function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** As the server told it, under the same code: exit code and document are those of the folder itself. */
export function failureOf(told: unknown, name: string): AppError {
  const { error } = (told ?? {}) as { readonly error?: Partial<Told> };
  const { code, message, hint, findings = [], ...data } = error ?? {};
  if (code === undefined || message === undefined || hint === undefined || !(code in errorCodes)) {
    return new AppError("SERVER_UNKNOWN", `${name} tells a failure that this command does not know`);
  }
  if (code === "LOGIN_NEEDED") {
    return new AppError("LOGIN_NEEDED", `${name} does not take this token`, {
      hint: "it has expired, was revoked, or is another server's: `keyturn token create` makes one where the home is",
    });
  }
  return new AppError(code, message, { hint, findings, data });
}

interface Told {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly findings: readonly Finding[];
}
