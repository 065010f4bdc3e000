import { useState } from "react";
import type { ProviderSettings, Values } from "../api/settings.ts";

export interface Draft {
  readonly typed: Values;
  /** what differs from what is saved, as it is sent */
  readonly changed: Values;
  type(id: string, text: string): void;
  clear(): void;
}

/** What stands in the fields. Secret ones begin empty, and one that stays empty is not sent. */
export function useDraft({ fields, saved }: ProviderSettings): Draft {
  const stored = Object.fromEntries(
    fields.map(({ id }) => [id, saved?.fields.find((one) => one.id === id)?.value ?? ""]),
  );
  const [typed, setTyped] = useState<Values>(stored);
  const changed = Object.fromEntries(Object.entries(typed).filter(([id, text]) => text !== stored[id]));
  return {
    typed,
    changed,
    type: (id, text) => setTyped((before) => ({ ...before, [id]: text })),
    clear: () => setTyped(stored),
  };
}
