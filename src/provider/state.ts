/** What is known of a credential. Only an authentication code of the provider itself makes one `invalid`. */
export const states = [
  "ok",
  "invalid",
  "scope-limited",
  "exhausted",
  "rate-limited",
  "blocked",
  "unreachable",
  "inconclusive",
] as const;

export type State = (typeof states)[number];

export interface Verdict {
  readonly state: State;
  /** our own words: nothing of what the provider said */
  readonly meaning: string;
  /** its own address is one that no key may be sent to: nothing was sent */
  readonly barred?: true;
}

/** What to do about a state; where it says so, `docs` is the provider's page, and `command` takes another key. */
export function adviceFor(
  state: State,
  { docs, command }: { readonly docs: string; readonly command: string },
): string {
  switch (state) {
    case "ok":
      return "";
    case "invalid":
      return `make a new one (${docs}), then \`${command}\``;
    case "scope-limited":
      return `it is known there: give it the permission, if a service needs it (${docs})`;
    case "exhausted":
      return `add credit or raise the limit, the key itself may stay (${docs})`;
    case "rate-limited":
      return "wait, and probe again";
    case "blocked":
      return `ask the provider why the account or address is refused (${docs})`;
    case "unreachable":
      return "look at the network between here and there, then probe again";
    case "inconclusive":
      return "nothing is known of the key";
  }
}
