import { isToken } from "#access";
import { Sensitive } from "#kernel";
import type { CredentialFormat } from "#leak";
import { catalogue } from "#provider";
import { tagOf } from "./invented.ts";
import { privateKey } from "./private-key.ts";
import { urlPassword } from "./url-password.ts";
import { isApart, vendorKeys } from "./vendor-key.ts";
import { webToken } from "./web-token.ts";

/** Every format that is looked for, whoever's the credential is. `now` decides what has ended. */
export function knownFormats(now: number): readonly CredentialFormat[] {
  return [...vendorFormats, ownToken, privateKey, webToken(now), urlPassword];
}

/** Keys that their vendor made by chance. */
export const vendorFormats: readonly CredentialFormat[] = catalogue.flatMap(vendorKeys);

/** Its checksum tells a real one. */
const ownToken: CredentialFormat = {
  name: "keyturn token",
  anchors: ["keyturn_"],
  reach: 60,
  read: ({ before, text }) => {
    const value = text.slice(0, 56);
    if (!isToken(Sensitive.of(value)) || !isApart(before, text.slice(56))) return undefined;
    return { lead: 0, length: value.length, tag: tagOf("keyturn token", value) };
  },
};
