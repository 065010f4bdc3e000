import { isMask, isPlaceholder } from "#contract";
import type { CredentialFormat } from "#leak";
import { isInvented } from "./invented.ts";

/**
 * `scheme://user:password@host`. Not what is made for one's own machine, a placeholder, or what is filled in later. There is no tag:
 * people choose passwords, and one that was chosen is guessed by it.
 */
export const urlPassword: CredentialFormat = {
  name: "url-password",
  anchors: ["://"],
  reach: 600,
  read: ({ before, text }) => {
    const found = /^:\/\/([^\s:@/"'`<>]*):([^\s@/"'`<>]{8,200})@([^\s/:"'`<>?#,;)\]}]+)/.exec(text);
    const scheme = /[a-z][a-z0-9+.-]*$/i.exec(before)?.[0];
    if (found === null || scheme === undefined) return undefined;
    const [whole, user = "", password = "", host = ""] = found;
    if (isNothing(decoded(password), user) || isNear(host, decoded(password))) return undefined;
    return { lead: scheme.length, length: whole.length };
  },
};

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Words that stand for a password, with digits and marks around them. */
const stands =
  /^(?:my|your|the|a|db|app|some|super|very|root|admin)*(?:pass(?:word|wd|phrase|w)?|pwd?|secret|test(?:ing)?|admin|root|user(?:name)?|postgres(?:ql)?|mysql|mongo(?:db)?|redis|rabbitmq|guest|demo|dev(?:elopment)?|local|example|sample|default|change(?:me|it|this)?|foo|bar|baz|token|credentials?|key|api|hunter|letmein|qwerty|welcome|supabase|keycloak|minio)*$/;

function isNothing(password: string, user: string): boolean {
  if (/[$<>{}*[\]()|\\]|%[sdv]|\.{3}|…/.test(password)) return true;
  // no URL of the standard, as `cvs://:pserver:anonymous@host`
  if (user === "" && password.includes(":")) return true;
  if (isPlaceholder(password) || isMask(password) || isInvented(password, 5)) return true;
  return isThoughtUp(password) || lettersOf(password) === lettersOf(user);
}

/** Words that stand for a secret, or letters of one kind. */
export function isThoughtUp(text: string): boolean {
  return stands.test(lettersOf(text)) || kindsOf(text) < 2;
}

function lettersOf(text: string): string {
  return text
    .slice(0, 60)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "");
}

/** small letters, large ones, digits, others */
function kindsOf(text: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length;
}

/** This machine, a name that is nobody's, or one of a private network: there only what chance made counts. */
function isNear(host: string, password: string): boolean {
  const name = host.toLowerCase();
  if (/^(?:localhost|127\.|0\.0\.0\.0|\[|host\.docker\.internal|host(?:name)?$|\$|%)/.test(name)) return true;
  if (/(?:^|\.)(?:localhost|local|test|example|invalid)$|(?:^|\.)example\.(?:com|org|net)$/.test(name)) return true;
  return !name.includes(".") && !(password.length >= 16 && kindsOf(password) >= 2 && !isInvented(password));
}
