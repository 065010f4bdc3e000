import { randomInt } from "node:crypto";

/** Codes that a user reads out to a device: each for one device, for ten minutes. */
export interface Pairings {
  begin(user: string): string;
  /** Whose code it is. It is void from then on; undefined for one that is not known, used or too old. */
  end(code: string): string | undefined;
}

const lifetime = 10 * 60 * 1000;

export function openPairings(now: () => number = Date.now): Pairings {
  const open = new Map<string, { readonly user: string; readonly until: number }>();
  return {
    begin(user) {
      const code = String(randomInt(1e8)).padStart(8, "0");
      open.set(code, { user, until: now() + lifetime });
      return code;
    },
    end(code) {
      const found = open.get(code);
      open.delete(code);
      return found !== undefined && found.until > now() ? found.user : undefined;
    },
  };
}
