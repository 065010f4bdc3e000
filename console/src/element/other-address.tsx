import type { Hindrance } from "../api/authenticator.ts";

interface OtherAddressProps {
  readonly hindrance: Hindrance;
  /** what goes along to the other address, and to no server */
  readonly hash?: string | undefined;
}

/** Where passkeys would work, for who came by another address. */
export function OtherAddress({ hindrance, hash = "" }: OtherAddressProps) {
  return <p className="text-sm text-quiet">{wordsOf(hindrance, hash)}</p>;
}

function wordsOf(hindrance: Hindrance, hash: string) {
  if (hindrance.kind === "browser") return "This browser has no passkeys.";
  if (hindrance.better === undefined) return "Passkeys need a name in the address: this one is a number.";
  return (
    <>
      Passkeys need a name in the address: they work at{" "}
      <a className="text-accent underline" href={`${location.protocol}//${hindrance.better}/${hash}`}>
        {hindrance.better}
      </a>
      .
    </>
  );
}
