import { useEffect, useState } from "react";

/** The secret of a one-time link, out of the address bar and the history at once. */
export function takeSecret(): string | undefined {
  const secret = new URLSearchParams(location.hash.slice(1)).get("setup");
  if (secret === null) return undefined;
  history.replaceState(null, "", location.pathname);
  return secret;
}

/** Also of a link that is opened where the console is shown already. */
export function useSetupSecret(first: string | undefined): readonly [string | undefined, () => void] {
  const [secret, setSecret] = useState(first);
  useEffect(() => {
    const take = (): void => setSecret((present) => takeSecret() ?? present);
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  return [secret, () => setSecret(undefined)];
}
