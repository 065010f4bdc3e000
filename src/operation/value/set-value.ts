import { isVariableName, valuesOf, type Platform } from "#contract";
import { AppError, type Sensitive } from "#kernel";
import type { Scope } from "#store";
import { demand } from "../authority.ts";
import { inPlatform } from "../change.ts";
import type { Context } from "../context.ts";
import { checkScope, declarationsOf, type Declaration } from "./declaration.ts";
import { fitValue, isFile } from "./fit-value.ts";
import { halfNotices } from "./half-notice.ts";
import { putValue, type PutResult } from "./put-value.ts";

export interface SetRequest {
  readonly name: string;
  readonly scope: Scope;
  /** asked for once the name is known to be right; every byte of a file variable counts, also a last line feed */
  readonly read: (exact: boolean) => Promise<{ readonly value: Sensitive; readonly origin: string }>;
  /** also a name that no contract declares */
  readonly undeclared: boolean;
  /** the value of a provider's variable is not looked at as something pasted */
  readonly asIs?: boolean;
}

export interface SetResult extends PutResult {
  /** what was done to a pasted value, and what is unusual about it */
  readonly notices: readonly string[];
  /** kept as it is, and worth telling: often pasted by accident */
  readonly edgeSpace: boolean;
}

/** A new version of a value, checked against every contract that declares its name. */
export async function setValue(context: Context, request: SetRequest): Promise<SetResult> {
  demand(context, "operator");
  const { name, scope } = request;
  const { platform } = await context.loadPlatform();
  const declarations = declarationsFor(platform, request);
  const exact = isFile(declarations);
  const { value: given, origin } = await request.read(exact);
  const fitted = fitValue({ name, declarations, value: given, asIs: request.asIs === true });
  if (fitted.kind === "refused") {
    const { reason, hint, findings } = fitted;
    throw new AppError("VALUES_INVALID", `this value of ${name} ${reason}, nothing was stored`, { findings, hint });
  }
  const { value, notices } = fitted;
  const result = await inPlatform(context, platform, (environment, tx) =>
    putValue(context, { environment, tx }, { name, scope, value, origin, declarations, action: "value.set" }),
  );
  const told = [...notices, ...(result.kind === "stored" ? halfNotices(platform, name, []) : [])];
  return { ...result, notices: told, edgeSpace: !exact && hasEdgeSpace(value) };
}

/** NOT_FOUND where the scope reaches nobody, and where no contract there declares the name. */
export function declarationsFor(
  platform: Platform,
  { name, scope, undeclared: also }: Pick<SetRequest, "name" | "scope" | "undeclared">,
): readonly Declaration[] {
  checkName(name);
  checkScope(platform, scope);
  const declarations = declarationsOf(platform, name, scope);
  if (declarations.length === 0 && !also && !isInManifest(platform, name)) throw undeclared(name, scope);
  return declarations;
}

/** Another system is asked for its value, or for those of services with it, or people keep it: no service needs to have it. */
function isInManifest({ issuers, schedules }: Platform, name: string): boolean {
  if (issuers.has(name) || schedules.has(name)) return true;
  return [...issuers.values()].some((issuer) => valuesOf(issuer).includes(name));
}

/** The word may be a value that went astray: it is not repeated. */
export function checkName(name: string): void {
  if (isVariableName(name)) return;
  throw new AppError("NAME_INVALID", "the name given is no name for a variable", {
    hint: "letters, digits and _, not beginning with a digit; a value is asked for, or read from standard input",
  });
}

function undeclared(name: string, { service, host }: Scope): AppError {
  const where = service ?? host;
  const whose = where === undefined ? "no contract of this platform" : `no contract at ${where}`;
  return new AppError("NOT_FOUND", `${whose} declares ${name}`, {
    hint: "add it to the service's .env.example, or keep it all the same with --undeclared",
  });
}

export function hasEdgeSpace(value: Sensitive): boolean {
  const bytes = value.reveal();
  const isSpace = (byte: number | undefined) => byte !== undefined && [9, 10, 11, 12, 13, 32].includes(byte);
  return isSpace(bytes.at(0)) || isSpace(bytes.at(-1));
}
