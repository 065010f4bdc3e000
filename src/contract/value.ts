import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { Sensitive } from "#kernel";
import { isMask, isPlaceholder } from "./env-example/placeholder.ts";
import type { Variable, VariableType } from "./variable.ts";

/** What a machine takes for one file variable, bytes. */
const longestFile = 1024 * 1024;

/** Why a value does not fit its variable, in words that say nothing of the value; undefined when it fits. */
export function checkValue(variable: Variable, value: Sensitive): string | undefined {
  const { type } = variable;
  if (value.byteLength === 0) return checkEmpty(variable);
  // what a file holds is the business of whoever reads it
  if (type.kind === "file") return value.byteLength > longestFile ? "holds more than a megabyte" : undefined;
  const text = decode(value);
  if (text === undefined) return type.kind === "string" && !isLimited(type) ? undefined : "is not UTF-8 text";
  // what the contract names may look like anything
  if (type.kind === "enum") return checkText(type, text);
  if (isPlaceholder(text)) return "is a placeholder, not a value";
  if (isMask(text)) return "is a mask, as a page shows it instead of a value";
  return checkText(type, text);
}

/** Whether a variable must have a value, under the values that the others have. */
export function isRequired(variable: Variable, valueOf: (name: string) => Sensitive | undefined): boolean {
  const { requirement } = variable;
  if (requirement.kind !== "if") return requirement.kind === "always";
  return valueOf(requirement.name)?.equals(Sensitive.of(requirement.equals)) ?? false;
}

/** True when the variable has a value that is not empty, or needs none. `valueOf` counts fallbacks as values. */
export function requirementMet(variable: Variable, valueOf: (name: string) => Sensitive | undefined): boolean {
  return (valueOf(variable.name)?.byteLength ?? 0) > 0 || !isRequired(variable, valueOf);
}

function checkEmpty({ type, requirement }: Variable): string | undefined {
  if (requirement.kind === "always") return "is empty";
  return type.kind === "string" && (type.minLength ?? 0) > 0 ? "is empty" : undefined;
}

function decode(value: Sensitive): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value.reveal());
  } catch {
    return undefined;
  }
}

type StringType = Extract<VariableType, { readonly kind: "string" }>;
type UrlType = Extract<VariableType, { readonly kind: "url" }>;
type IntegerType = Extract<VariableType, { readonly kind: "integer" }>;

function isLimited({ minLength, maxLength, pattern }: StringType): boolean {
  return minLength !== undefined || maxLength !== undefined || pattern !== undefined;
}

function checkText(type: Exclude<VariableType, { readonly kind: "file" }>, text: string): string | undefined {
  switch (type.kind) {
    case "string":
      return checkString(type, text);
    case "url":
      return checkUrl(type, text);
    case "integer":
      return checkInteger(type, text);
    case "enum":
      return type.values.includes(text) ? undefined : `is none of ${type.values.join(", ")}`;
    case "port":
      return isPort(text) ? undefined : "is no port from 1 to 65535";
    case "number":
      return isNumber(text) ? undefined : "is no number";
    case "boolean":
      return /^(?:true|false|yes|no|on|off|1|0)$/i.test(text) ? undefined : "is neither true nor false";
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text) && /@.+\../.test(text) ? undefined : "is no e-mail address";
    case "json":
      return isJson(text) ? undefined : "is no JSON";
    case "pem":
      return isPem(text) ? undefined : "is no key or certificate in PEM form";
    case "base64":
      return isBase64(text) ? undefined : "is no base64";
    case "hex":
      return /^(?:[0-9a-fA-F]{2})+$/.test(text) ? undefined : "is no hexadecimal text of whole bytes";
  }
}

/** Lengths are in characters as people count them, not in bytes. */
function checkString({ minLength, maxLength, pattern }: StringType, text: string): string | undefined {
  const { length } = Array.from(text);
  if (minLength !== undefined && length < minLength) return `is shorter than ${minLength} characters`;
  if (maxLength !== undefined && length > maxLength) return `is longer than ${maxLength} characters`;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "u").test(text)) return `does not match ${pattern}`;
  return undefined;
}

/** Connection strings with several hosts are no URLs to the standard, so only scheme and shape are looked at. */
function checkUrl({ schemes }: UrlType, text: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return "is no URL with scheme://";
  if (schemes.length > 0 && !schemes.includes(scheme)) return `is no URL that begins with ${schemes.join(" or ")}`;
  if (scheme !== "http" && scheme !== "https") return undefined;
  return URL.canParse(text) ? undefined : "is no complete URL";
}

function checkInteger({ min, max }: IntegerType, text: string): string | undefined {
  if (!/^[+-]?\d{1,15}$/.test(text)) return "is no whole number";
  const number = Number(text);
  if (min !== undefined && number < min) return `is less than ${min}`;
  return max !== undefined && number > max ? `is more than ${max}` : undefined;
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

function isNumber(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Node decides for keys and certificates; other labels need the frame and base64 between. */
function isPem(text: string): boolean {
  const label = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n[A-Za-z0-9+/=\s:,-]+?-----END \1-----/.exec(text)?.[1];
  if (label === undefined) return false;
  // an encrypted or foreign key can't be opened here
  if (label.includes("ENCRYPTED") || label.includes("OPENSSH") || text.includes("Proc-Type")) return true;
  try {
    if (label === "CERTIFICATE") return new X509Certificate(text).serialNumber !== "";
    if (label.endsWith("PRIVATE KEY")) return createPrivateKey(text).type === "private";
    return label.endsWith("PUBLIC KEY") ? createPublicKey(text).type === "public" : true;
  } catch {
    return false;
  }
}

function isBase64(text: string): boolean {
  const bare = text.replaceAll(/\s/g, "").replace(/={1,2}$/, "");
  return /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)$/.test(bare) && bare.length % 4 !== 1;
}
