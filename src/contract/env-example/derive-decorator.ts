import { isVariableName } from "../name.ts";
import type { DeriveRule } from "../variable.ts";
import type { Argument, Decorator } from "./decorator.ts";
import { readSpan } from "../span.ts";

const expected =
  "expected user, hkdf(ROOT, purpose=WORD, version=1, prefix=TEXT), hmac(ROOT, encoding=hex), jwt(ROOT, role=WORD) or key-map(KEY, SECRET)";
/** As long as Supabase's own keys have it. */
const usualLifetime = "1825d";
/** Of a token's own making. */
const ownClaims: ReadonlySet<string> = new Set(["iat", "exp", "nbf"]);

/** The rule, or what it should have been. */
export function readDerive({ value }: Decorator): { readonly derive: DeriveRule } | string {
  if (value?.kind === "text" && value.text === "user") return { derive: { kind: "user" } };
  if (value?.kind !== "call") return expected;
  const [root, ...options] = value.args;
  if (value.name === "key-map") return keyMap(value.args);
  if (root === undefined || root.name !== undefined || !isVariableName(root.text)) {
    return "expected the name of the root secret first, as in hkdf(JWT_SECRET, purpose=api-server)";
  }
  if (value.name === "hkdf") return hkdf(root.text, options);
  if (value.name === "jwt") return jwt(root.text, options);
  return value.name === "hmac" ? hmac(root.text, options) : expected;
}

function hkdf(root: string, options: readonly Argument[]): { readonly derive: DeriveRule } | string {
  const { purpose, version = "1", prefix = "", ...others } = byName(options);
  if (Object.keys(others).length > 0) return "expected no more than purpose, version and prefix";
  if (purpose === undefined || !/^[A-Za-z0-9._-]+$/.test(purpose)) return "expected purpose=WORD";
  if (!/^[1-9]\d{0,5}$/.test(version)) return "expected version=1 or higher";
  if (!/^[\w.-]{0,32}$/.test(prefix)) return "expected a prefix of letters, digits and _ . -";
  return { derive: { kind: "hkdf", root, purpose, version: Number(version), prefix } };
}

function hmac(root: string, options: readonly Argument[]): { readonly derive: DeriveRule } | string {
  const { encoding = "hex", ...others } = byName(options);
  if (Object.keys(others).length > 0) return "expected no more than encoding";
  if (encoding !== "hex" && encoding !== "base64url") return "expected encoding=hex or base64url";
  return { derive: { kind: "hmac", root, encoding } };
}

function jwt(root: string, options: readonly Argument[]): { readonly derive: DeriveRule } | string {
  const { lifetime = usualLifetime, ...claims } = byName(options);
  const names = Object.keys(claims);
  if (names.length === 0 || names.includes("")) return "expected claims by name, as in jwt(JWT_SECRET, role=anon)";
  const own = names.find((name) => ownClaims.has(name));
  if (own !== undefined) return `${own} is set by itself: say lifetime=1825d`;
  const span = readSpan(lifetime);
  if (span === undefined) return "expected lifetime=1825d, or another number of days or hours";
  return { derive: { kind: "jwt", root, claims, lifetime: Math.floor(span / 1000) } };
}

function keyMap([key, secret, ...others]: readonly Argument[]): { readonly derive: DeriveRule } | string {
  const isName = (one: Argument | undefined): one is Argument =>
    one?.name === undefined && isVariableName(one?.text ?? "");
  if (!isName(key) || !isName(secret) || others.length > 0 || key.text === secret.text) {
    return "expected the names of a key and of its secret, as in key-map(LIVEKIT_API_KEY, LIVEKIT_API_SECRET)";
  }
  return { derive: { kind: "key-map", root: secret.text, key: key.text } };
}

/** One without a name goes by the empty one, which no rule has. */
function byName(options: readonly Argument[]): Readonly<Record<string, string>> {
  return Object.fromEntries(options.map(({ name = "", text }) => [name, text]));
}
