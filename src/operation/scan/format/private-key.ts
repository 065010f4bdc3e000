import type { CredentialFormat } from "#leak";
import { isInvented, tagOf } from "./invented.ts";

const kinds = ["", "RSA ", "EC ", "DSA ", "OPENSSH "];

/** In PEM, over several lines or in a JSON string; not one that a passphrase protects, and no header without a key. */
export const privateKey: CredentialFormat = {
  name: "private-key",
  anchors: kinds.map((kind) => `-----BEGIN ${kind}PRIVATE KEY-----`),
  reach: 4096,
  read: ({ text }) => {
    const [whole = "", body = ""] =
      /^-----BEGIN [A-Z ]*PRIVATE KEY-----((?:\\[nr]|["'+,\s\\A-Za-z0-9/=])*)/.exec(text) ?? [];
    const letters = body.replaceAll(/\\[nr]|[^A-Za-z0-9+/]/g, "");
    if (letters.length < 64 || isInvented(letters.slice(0, 400)) || isProtected(letters)) return undefined;
    return { lead: 0, length: whole.length, tag: tagOf("private-key", letters.slice(0, 256)) };
  },
};

/** OpenSSH's own form says at its beginning how the key is encrypted. */
function isProtected(letters: string): boolean {
  const bytes = Buffer.from(letters.slice(0, 64), "base64").toString("latin1");
  return bytes.startsWith("openssh-key-v1\0") && !bytes.startsWith("openssh-key-v1\0\0\0\0\u0004none");
}
