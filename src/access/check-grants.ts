import type { Finding, Position } from "#kernel";
import { loaderReason } from "./loader-name.ts";

/** A name that a service's contract or manifest would put into its environment. */
export interface Ask {
  readonly service: string;
  readonly name: string;
  readonly sensitive: boolean;
  /** the value would come from the store or another source; text of the contract or manifest needs no grant to hold it */
  readonly stored: boolean;
  readonly position?: Position;
}

export type GrantKind = "hold" | "clear" | "loader";

export interface Granted {
  readonly service: string;
  readonly name: string;
  readonly kind: GrantKind;
}

export interface GrantQuestion {
  readonly asks: readonly Ask[];
  readonly grants: readonly Granted[];
  /** what the last release, or the store, keeps as sensitive */
  readonly sensitive: readonly Pick<Granted, "service" | "name">[];
}

/** What one missing grant would allow. `code`: `grant-missing`, `sensitivity-lost`, `loader-name`. */
export interface GrantFinding extends Finding {
  readonly service: string;
  readonly name: string;
  readonly missing: GrantKind;
}

/** All that is asked and not granted, in the order asked; empty when everything may be given. */
export function checkGrants({ asks, grants, sensitive }: GrantQuestion): readonly GrantFinding[] {
  const granted = new Set(grants.map(grantKey));
  const before = new Set(sensitive.map(nameKey));
  return asks.flatMap((ask) =>
    wanted(ask, before)
      .filter(({ kind }) => !granted.has(grantKey({ ...ask, kind })))
      .map((want) => findingOf(ask, want)),
  );
}

interface Want {
  readonly kind: GrantKind;
  readonly message: string;
}

function wanted(ask: Ask, before: ReadonlySet<string>): readonly Want[] {
  const { service, name } = ask;
  const loader = loaderReason(name);
  const wants: Want[] = [];
  if (ask.stored) wants.push({ kind: "hold", message: `${service} asks for ${name} and has no grant for it` });
  if (!ask.sensitive && before.has(nameKey(ask))) {
    wants.push({ kind: "clear", message: `${name} of ${service} was sensitive and would become public` });
  }
  if (loader !== undefined) wants.push({ kind: "loader", message: `${service} asks for ${name}: ${loader}` });
  return wants;
}

const codes = { hold: "grant-missing", clear: "sensitivity-lost", loader: "loader-name" } as const;

function findingOf({ service, name, position }: Ask, { kind, message }: Want): GrantFinding {
  const option = kind === "hold" ? "" : ` --${kind}`;
  return {
    severity: "error",
    code: codes[kind],
    message,
    hint: `\`keyturn grant ${service} ${name}${option}\` allows it`,
    ...(position === undefined ? {} : { position }),
    service,
    name,
    missing: kind,
  };
}

/** A line break is in neither part. */
function nameKey({ service, name }: Pick<Granted, "service" | "name">): string {
  return `${service}\n${name}`;
}

function grantKey(grant: Granted): string {
  return `${nameKey(grant)}\n${grant.kind}`;
}
