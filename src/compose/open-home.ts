import { homeHere, type Home } from "#operation";
import { farAddress } from "./address.ts";
import { compose } from "./compose.ts";
import type { Variables, Where } from "./place.ts";

export interface OpenedHome {
  readonly home: Home;
  close(): Promise<void>;
}

/** The folder of this place, or the server that KEYTURN_URL names: what speaks with one is loaded only for it. */
export async function openHome(where: Where, variables: Variables, version: string): Promise<OpenedHome> {
  const address = farAddress(where, variables);
  if (address === undefined) {
    const composed = compose(where, variables);
    return { home: homeHere(composed.context), close: () => composed.close() };
  }
  const { openServer } = await import("./far-home.ts");
  return openServer(address, { where, variables, version });
}
