import { isVariableName, isMask, isPlaceholder } from "#contract";
import { AppError, type Sensitive } from "#kernel";
import { readPasted, slotOf } from "#provider";
import type { Scope } from "#store";
import { inPlatform } from "../change.ts";
import type { Context } from "../context.ts";
import { checkScope, declarationsOf, misfits, type Declaration } from "./declaration.ts";
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
  const { name, scope } = request;
  const { platform } = await context.loadPlatform();
  checkName(name);
  checkScope(platform, scope);
  const declarations = declarationsOf(platform, name, scope);
  if (declarations.length === 0 && !request.undeclared) throw undeclared(name, scope);
  const isFile = declarations.some(({ variable }) => variable.type.kind === "file");
  const { value: given, origin } = await request.read(isFile);
  const exact = isFile || request.asIs === true;
  const { value, notices } = exact ? { value: given, notices: [] } : pastedValue(name, declarations, given);
  refuseMisfit(name, declarations, value);
  const result = await inPlatform(context, platform, (environment, tx) =>
    putValue(context, { environment, tx }, { name, scope, value, origin, declarations, action: "value.set" }),
  );
  return { ...result, notices, edgeSpace: !isFile && hasEdgeSpace(value) };
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

/** Only where a provider is known to be behind the name. */
function pastedValue(
  name: string,
  declarations: readonly Declaration[],
  value: Sensitive,
): { readonly value: Sensitive; readonly notices: readonly string[] } {
  const named = declarations.find(({ variable }) => variable.provider !== undefined)?.variable.provider;
  const slot = slotOf({ name, ...(named === undefined ? {} : { provider: named }) });
  if (slot === undefined || value.byteLength === 0) return { value, notices: [] };
  const pasted = readPasted(value, slot);
  if (pasted.kind === "taken") return pasted;
  throw new AppError("VALUES_INVALID", `this value of ${name} is ${pasted.reason}, nothing was stored`, {
    hint: `${name} wants the ${slot.field.label} of ${slot.provider.title} (${slot.provider.docs}); --as-is stores it all the same`,
  });
}

function refuseMisfit(name: string, declarations: readonly Declaration[], value: Sensitive): void {
  const findings = misfits(declarations, value);
  if (findings.length > 0) {
    throw new AppError("VALUES_INVALID", `this value of ${name} does not fit, nothing was stored`, {
      findings,
      hint: "give a value that fits, or change the contract",
    });
  }
  const text = value.reveal().toString("latin1");
  const reason = value.byteLength === 0 ? "empty" : isPlaceholder(text) || isMask(text) ? "a placeholder" : undefined;
  if (declarations.length > 0 && reason !== "empty") return;
  if (reason === undefined) return;
  throw new AppError("VALUES_INVALID", `this value of ${name} is ${reason}, nothing was stored`, {
    hint: "give the real value",
  });
}

function hasEdgeSpace(value: Sensitive): boolean {
  const bytes = value.reveal();
  const isSpace = (byte: number | undefined) => byte !== undefined && [9, 10, 11, 12, 13, 32].includes(byte);
  return isSpace(bytes.at(0)) || isSpace(bytes.at(-1));
}
