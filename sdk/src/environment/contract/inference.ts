import { isPlaceholder } from "./placeholder.ts";
import type { VariableType } from "./type.ts";

/** Prefixes whose variables end up in a browser. */
const publicPrefix = /^(?:VITE|NEXT_PUBLIC|NUXT_PUBLIC|REACT_APP|EXPO_PUBLIC|GATSBY|PUBLIC)_/;

/** `_2`, `_PREVIOUS` and the like name another of the same. */
const another = /_(?:\d+|PREVIOUS|PREV|NEXT|OLD|NEW)$/;

/** Read while building and so public: known by Vite's prefix. */
export function isBuildName(name: string): boolean {
  return name.startsWith("VITE_");
}

/** Whether a name says itself that a browser gets the value. */
function isPublicName(name: string): boolean {
  return publicPrefix.test(name.toUpperCase());
}

/** Whether a value under this name is to be kept from eyes, judged by the name and the example. Errs towards yes. */
export function inferSensitive(name: string, example: string): boolean {
  const upper = name.toUpperCase().replace(another, "");
  if (isPublicName(upper)) return false;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(example) || hasUserinfo(example)) return true;
  if (/^(?:true|false)$/i.test(example)) return false;
  if (/(?:^|_)(?:PUBLIC|PUBLISHABLE)(?:_|$)/.test(upper)) return false;
  if (/(?:^|_)(?:CACHE|STORAGE|PARTITION|SORT|PRIMARY|FOREIGN|ROUTING|LOOKUP)_?KEY$/.test(upper)) return false;
  if (/(?:KEY|SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)$/.test(upper)) return true;
  if (/(?:^|_)(?:PASS|PWD|PAT|PSK|PEM|SALT|DSN|SECRETS|PASSWORDS|KEYS)$/.test(upper)) return true;
  if (/(?:^|_)SECRET_KEY_BASE$/.test(upper)) return true;
  return isConnectionName(upper) && (example === "" || isPlaceholder(example));
}

/** `scheme://user:password@host`: the URL carries a credential. Of the scheme its last letter is enough: linear time. */
export function hasUserinfo(text: string): boolean {
  return /[a-z0-9+.-]:\/\/[^/\s:@]*:[^/\s@]+@/i.test(text);
}

/** The type that name and example suggest; `string` where they suggest nothing. */
export function inferType(name: string, example: string): VariableType {
  const upper = name.toUpperCase();
  const known = example !== "" && !isPlaceholder(example);
  if (/(?:^|_)PORT$/.test(upper) && (!known || isPort(example) || isReference(example))) return { kind: "port" };
  // a list, or `*`
  if (/(?:URL|URI|ORIGIN|HOST|ENDPOINT|SERVER)S$/.test(upper)) return { kind: "string" };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^,\s]*$/i.test(example)) return { kind: "url", schemes: [] };
  if (/_(?:URL|URI)$/.test(upper) && (!known || isReference(example))) return { kind: "url", schemes: [] };
  if (!known) return isSwitch(upper) ? { kind: "boolean" } : { kind: "string" };
  if (/^(?:true|false)$/i.test(example) || (isSwitch(upper) && /^(?:yes|no|on|off|[01])$/i.test(example))) {
    return { kind: "boolean" };
  }
  // 0 and 1 may stand for false and true, where another value is a word
  if (/^(?:-?[2-9]|-?[1-9]\d{1,14})$/.test(example) && !isLabel(upper)) return { kind: "integer" };
  if (/^-?\d{1,15}\.\d{1,15}$/.test(example) && !isLabel(upper)) return { kind: "number" };
  return /^[^\s@<>"]+@[^\s@<>"]+\.[a-z]{2,}$/i.test(example) ? { kind: "email" } : { kind: "string" };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function isReference(text: string): boolean {
  return /^\$\{[A-Za-z_]\w*\}$/.test(text);
}

function isSwitch(upper: string): boolean {
  return /^(?:ENABLE|DISABLE|IS|USE|ALLOW)_|_(?:ENABLED|DISABLED)$/.test(upper);
}

/** Numbers under these names are labels: `2` today, `2-beta` tomorrow. */
function isLabel(upper: string): boolean {
  return /(?:^|_)(?:ID|SID|VERSION|TAG|NAME|MODEL|NUMBER|PHONE|RELEASE|SHA|KEY|SECRET|TOKEN|PASSWORD|PASS)$/.test(
    upper,
  );
}

function isConnectionName(upper: string): boolean {
  return /(?:^|_)(?:DATABASE|DB|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|MONGO|MONGODB|REDIS|VALKEY|AMQP|RABBITMQ|CLICKHOUSE)_(?:URL|URI|DSN)$/.test(
    upper,
  );
}
