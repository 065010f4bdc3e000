import type { Actor } from "./entry.ts";

export interface ActingUser {
  readonly user: string;
  readonly sudoUser?: string;
  readonly host: string;
  /** address that a remote login came from */
  readonly from?: string;
}

/**
 * `anna@ops1`, or `anna (root by sudo)@ops1`, or `anna@ops1 from 192.0.2.7`. The account that the process really has is always part of the name:
 * who set `SUDO_USER` by hand is still seen.
 */
export function actorFrom(who: ActingUser): Actor {
  const [user, host] = [plain(who.user), plain(who.host)];
  const by = who.sudoUser === undefined ? "" : plain(who.sudoUser);
  const from = who.from === undefined ? "" : ` from ${who.from.replace(/[^0-9A-Za-z.:%]/g, "?").slice(0, 64)}`;
  return { name: `${by === "" || by === user ? user : `${by} (${user} by sudo)`}@${host}${from}` };
}

/** Names end up in tables and logs: no spaces, brackets, controls that could pass for something else. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N}._$\\-]/gu, "?").slice(0, 64);
}
