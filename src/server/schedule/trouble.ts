import { AppError, isoTime, type Clock } from "#kernel";

export interface Teller {
  readonly clock: Clock;
  /** one JSON line */
  readonly onTrouble: (line: string) => void;
}

/** What kept from its end what nobody waits for: by code, since a message may hold anything. */
export function tell({ clock, onTrouble }: Teller, error: unknown, about: { readonly [name: string]: string }): void {
  const trouble = error instanceof AppError ? error.code : "INTERNAL";
  onTrouble(`${JSON.stringify({ at: isoTime(clock.now()), trouble, ...about })}\n`);
}

/** None where the manifest can't be read just now: it may be one that is being written. */
export async function environmentsOrTell(
  options: Teller & { readonly environments: () => Promise<readonly string[]> },
  doing: string,
): Promise<readonly string[]> {
  try {
    return await options.environments();
  } catch (error) {
    tell(options, error, { doing });
    return [];
  }
}
