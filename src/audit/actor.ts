import type { Actor } from "./entry.ts";

/**
 * `anna@ops1`, or `anna (root by sudo)@ops1`. The account that the process really has is always part of the name:
 * who set `SUDO_USER` by hand is still seen.
 */
export function actorFrom(who: { readonly user: string; readonly sudoUser?: string; readonly host: string }): Actor {
  const [user, host] = [plain(who.user), plain(who.host)];
  const by = who.sudoUser === undefined ? "" : plain(who.sudoUser);
  return { name: by === "" || by === user ? `${user}@${host}` : `${by} (${user} by sudo)@${host}` };
}

/** Names end up in tables and logs: no spaces, brackets, controls that could pass for something else. */
function plain(name: string): string {
  return name.replace(/[^\p{L}\p{N}._$\\-]/gu, "?").slice(0, 64);
}
