import type { Dialect, DialectName, Entry } from "./dialect.ts";
import type { Grammar } from "./grammar.ts";
import { compose } from "./compose.ts";
import { docker } from "./docker.ts";
import { dotenv } from "./dotenv.ts";
import { github } from "./github.ts";
import { json } from "./json.ts";
import { secretGrammar } from "./k8s.ts";
import { node } from "./node.ts";
import { python } from "./python.ts";
import { sh } from "./sh.ts";
import { systemd } from "./systemd.ts";
import { vite } from "./vite.ts";
import { makeDialect, objectionOf } from "./write.ts";

const grammars = {
  systemd,
  docker,
  compose,
  node,
  dotenv,
  vite,
  python,
  sh,
  github,
  k8s: secretGrammar("environment"),
  json,
} as const satisfies Readonly<Record<DialectName, Grammar>>;

export const dialectNames = Object.keys(grammars) as readonly DialectName[];

export const dialects = Object.fromEntries(
  dialectNames.map((name) => [name, makeDialect(grammars[name], carriersOf)]),
) as Readonly<Record<DialectName, Dialect>>;

/** Undefined for a name that no dialect has. */
export function dialect(name: string): Dialect | undefined {
  return dialectNames.includes(name as DialectName) ? dialects[name as DialectName] : undefined;
}

/** A Kubernetes Secret under a name of one's own; `dialects.k8s` names it `environment`. */
export function secretDialect(secretName: string): Dialect {
  return makeDialect(secretGrammar(secretName), carriersOf);
}

/** Every dialect that can carry this entry byte for byte. */
export function carriersOf(entry: Entry): readonly DialectName[] {
  return dialectNames.filter((name) => objectionOf(grammars[name], entry) === undefined);
}
