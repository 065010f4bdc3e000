import type { Platform } from "#contract";
import { isoTime, type Finding } from "#kernel";
import { signedTokens, type SignedToken } from "#rotation";
import type { EnvironmentStore, Grant, Version } from "#store";

/** When the tokens that are signed with a secret are over, the first of them. No value. */
export interface TokenEnd {
  /** of the variables that end then or soon behind it; of all, where none does yet */
  readonly names: readonly string[];
  /** milliseconds since 1970 */
  readonly endsAt: number;
  readonly state: SignedToken["state"];
}

type Signing = Pick<Platform, "services">;

interface Held {
  readonly present: readonly Version[];
  readonly grants: readonly Grant[];
}

export function tokensOf({ services }: Signing, { present, grants }: Held, now: number): readonly SignedToken[] {
  const held = new Set(grants.flatMap(({ kind, service, name }) => (kind === "hold" ? [`${service} ${name}`] : [])));
  return signedTokens(services, present, { now, mayHold: (service, name) => held.has(`${service} ${name}`) });
}

/** By the id of the version that they are signed with. */
export function tokenEnds(tokens: readonly SignedToken[]): ReadonlyMap<number, TokenEnd> {
  const ends = [...Map.groupBy(tokens, ({ root }) => root.id)].flatMap(([id, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const { endsAt, state } = first;
    const ending = own.filter((one) => one.state !== "fresh");
    const names = [...new Set((ending.length === 0 ? own : ending).map(({ name }) => name))];
    return [[id, { names, endsAt, state }] as const];
  });
  return new Map(ends);
}

/** What is over is an error, and what is over soon a warning. */
export async function findTokenEnds(
  { values, grants }: Pick<EnvironmentStore, "values" | "grants">,
  platform: Signing,
  now: number,
): Promise<readonly Finding[]> {
  const held = { present: await values.present(), grants: await grants.list() };
  return tokenFindings(tokensOf(platform, held, now), now);
}

export function tokenFindings(tokens: readonly SignedToken[], now: number): readonly Finding[] {
  return tokens.flatMap(({ name, services, root, endsAt, state, variable }): readonly Finding[] => {
    if (state === "fresh") return [];
    const isOver = state === "over";
    const when = isOver ? `since ${dayOf(endsAt)}` : `on ${dayOf(endsAt)}, ${leftText(endsAt - now)}`;
    return [
      {
        severity: isOver ? "error" : "warning",
        code: isOver ? "token-over" : "token-ends",
        message: `${name} of ${services.join(", ")} is over ${when}: it is signed with ${root.name}`,
        position: variable.position,
        hint: `\`keyturn rotate ${root.name}\` signs it anew`,
      },
    ];
  });
}

export function dayOf(at: number): string {
  return isoTime(at).slice(0, 10);
}

function leftText(ms: number): string {
  const hours = Math.max(1, Math.floor(ms / 3_600_000));
  if (hours < 48) return hours === 1 ? "in an hour" : `in ${hours} hours`;
  return `in ${Math.floor(hours / 24)} days`;
}
