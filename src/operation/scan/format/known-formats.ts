import { isToken } from "#access";
import { Sensitive } from "#kernel";
import type { CredentialFormat } from "#leak";
import { catalogue } from "#provider";
import { tagOf } from "./invented.ts";
import { privateKey } from "./private-key.ts";
import { namedValue } from "./named-value.ts";
import { urlPassword } from "./url-password.ts";
import { accountToken, vendorCall } from "./vendor-call.ts";
import { isApart, vendorKeys } from "./vendor-key.ts";
import { webToken } from "./web-token.ts";

/** What decides which formats are looked for: plain data, which a thread can be given. */
export interface FormatOptions {
  /** decides what has ended */
  readonly now: number;
  /** names of variables that contracts of the platform call secret, and public */
  readonly names?: { readonly secret: readonly string[]; readonly shown: readonly string[] };
}

/** Every format that is looked for, whoever's the credential is. */
export function knownFormats({ now, names }: FormatOptions): readonly CredentialFormat[] {
  const named = namedValue(names?.secret ?? [], names?.shown);
  return [...vendorFormats, ownToken, privateKey, webToken(now), urlPassword, named, vendorCall, accountToken];
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
