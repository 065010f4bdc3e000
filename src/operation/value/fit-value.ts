import { isMask, isPlaceholder } from "#contract";
import type { Finding, Sensitive } from "#kernel";
import { isSearchable } from "#leak";
import { readPasted, slotOf } from "#provider";
import { misfits, type Declaration } from "./declaration.ts";

/** A value in the form in which it is kept, or why it can't be right. Texts say nothing of it. */
export type Fitted =
  | { readonly kind: "fits"; readonly value: Sensitive; readonly notices: readonly string[] }
  | {
      readonly kind: "refused";
      /** `is an API key of Anthropic`, `does not fit` */
      readonly reason: string;
      readonly hint: string;
      /** contract by contract */
      readonly findings: readonly Finding[];
    };

interface Given {
  readonly name: string;
  readonly declarations: readonly Declaration[];
  readonly value: Sensitive;
  /** the value of a provider's variable is not looked at as something pasted, and a secret may be too short to be masked */
  readonly asIs?: boolean;
}

/** Looks at a value as something pasted where a provider is known to be behind its name, then by every contract. */
export function fitValue({ name, declarations, value, asIs = false }: Given): Fitted {
  const pasted = asIs || isFile(declarations) ? taken(value) : fromPaste(name, declarations, value);
  if (pasted.kind === "refused") return pasted;
  return (
    objection(declarations, pasted.value) ?? (asIs ? undefined : tooShort(name, declarations, pasted.value)) ?? pasted
  );
}

/** In words of one line; of contracts the first that objects. */
export function refusalText(name: string, { reason, findings }: Extract<Fitted, { readonly kind: "refused" }>): string {
  return findings[0]?.message.replace(`${name} `, "") ?? reason;
}

export function isFile(declarations: readonly Declaration[]): boolean {
  return declarations.some(({ variable }) => variable.type.kind === "file");
}

function taken(value: Sensitive): Fitted & { readonly kind: "fits" } {
  return { kind: "fits", value, notices: [] };
}

function fromPaste(name: string, declarations: readonly Declaration[], value: Sensitive): Fitted {
  const named = declarations.find(({ variable }) => variable.provider !== undefined)?.variable.provider;
  const slot = slotOf({ name, ...(named === undefined ? {} : { provider: named }) });
  if (slot === undefined || value.byteLength === 0) return taken(value);
  const pasted = readPasted(value, slot);
  if (pasted.kind === "taken") return { ...pasted, kind: "fits" };
  const { provider, field } = slot;
  const hint = `${name} wants the ${field.label} of ${provider.title} (${provider.docs}); --as-is stores it all the same`;
  return { kind: "refused", reason: `is ${pasted.reason}`, hint, findings: [] };
}

function objection(declarations: readonly Declaration[], value: Sensitive): Fitted | undefined {
  const findings = misfits(declarations, value);
  const hint = "give a value that fits, or change the contract";
  if (findings.length > 0) return { kind: "refused", reason: "does not fit", hint, findings };
  const refused = { kind: "refused", hint: "give the real value", findings: [] } as const;
  if (value.byteLength === 0) return { ...refused, reason: "is empty" };
  const text = value.reveal().toString("latin1");
  const strange = declarations.length === 0 && (isPlaceholder(text) || isMask(text));
  return strange ? { ...refused, reason: "is a placeholder" } : undefined;
}

/** No scan finds such a secret, and nothing that a command prints is masked. */
function tooShort(name: string, declarations: readonly Declaration[], value: Sensitive): Fitted | undefined {
  const secrets = declarations.filter(({ variable }) => variable.sensitive);
  const mayBeLonger = declarations.length === 0 || secrets.some(({ variable }) => !shortTypes.has(variable.type.kind));
  if (!mayBeLonger || isSearchable(value.reveal())) return undefined;
  const reason = "is shorter than 8 bytes: it could be neither found nor masked";
  const hint = `a longer one, or \`keyturn set ${name} --as-is\` all the same`;
  return { kind: "refused", reason, hint, findings: [] };
}

/** Whoever calls such a variable a secret has decided. */
const shortTypes: ReadonlySet<string> = new Set(["port", "integer", "boolean", "enum"]);
