import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { isMask, isPlaceholder } from "./contract/placeholder.ts";
import type { VariableType } from "./contract/type.ts";

/** Whether a text that is not empty fits the type. Neither a placeholder nor a mask fits; of a file see `reading.ts`. */
export function fits(type: VariableType, text: string): boolean {
  // what the contract names may look like anything
  if (type.kind === "enum") return type.values.includes(text);
  return !isPlaceholder(text) && !isMask(text) && fitsForm(type, text);
}

function fitsForm(type: Exclude<VariableType, { readonly kind: "enum" }>, text: string): boolean {
  switch (type.kind) {
    case "string":
      return fitsString(type, text);
    case "url":
      return fitsUrl(type, text);
    case "integer":
      return fitsInteger(type, text);
    case "port":
      return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
    case "number":
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
    case "boolean":
      return /^(?:true|false|yes|no|on|off|1|0)$/i.test(text);
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text) && /@.+\../.test(text);
    case "json":
      return isJson(text);
    case "pem":
      return isPem(text);
    case "base64":
      return isBase64(text);
    case "hex":
      return /^(?:[0-9a-fA-F]{2})+$/.test(text);
    case "file":
      return true;
  }
}

/** Lengths are in characters as people count them, not in bytes. */
function fitsString(type: Extract<VariableType, { readonly kind: "string" }>, text: string): boolean {
  const { minLength = 0, maxLength = Infinity, pattern } = type;
  const { length } = Array.from(text);
  const matches = pattern === undefined || new RegExp(`^(?:${pattern})$`, "u").test(text);
  return length >= minLength && length <= maxLength && matches;
}

/** Connection strings with several hosts are no URLs to the standard, so only scheme and shape are looked at. */
function fitsUrl({ schemes }: Extract<VariableType, { readonly kind: "url" }>, text: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || (schemes.length > 0 && !schemes.includes(scheme))) return false;
  return (scheme !== "http" && scheme !== "https") || URL.canParse(text);
}

function fitsInteger(type: Extract<VariableType, { readonly kind: "integer" }>, text: string): boolean {
  const { min = -Infinity, max = Infinity } = type;
  return /^[+-]?\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max;
}

function isJson(text: string): boolean {
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
