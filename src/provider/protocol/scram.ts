import { createHash, createHmac, pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);

export interface Scram {
  /** client-first-message */
  readonly first: string;
  /** client-final-message for a server-first-message; undefined when that is none, or asks for too much work */
  answer(serverFirst: string): Promise<string | undefined>;
  /** the server knows the password too */
  proves(serverFinal: string): boolean;
}

export interface ScramLogin {
  readonly hash: "sha1" | "sha256";
  readonly user: string;
  readonly password: string;
  /** random, printable, without commas */
  readonly nonce: string;
}

/** SCRAM by RFC 5802 and RFC 7677, without channel binding. */
export function scram({ hash, user, password, nonce }: ScramLogin): Scram {
  const name = user.replaceAll("=", "=3D").replaceAll(",", "=2C");
  const bare = `n=${name},r=${nonce}`;
  let signature: Buffer | undefined;
  return {
    first: `n,,${bare}`,
    async answer(serverFirst) {
      const asked = readFirst(serverFirst);
      if (asked === undefined || !asked.nonce.startsWith(nonce) || asked.nonce === nonce) return undefined;
      const size = hash === "sha1" ? 20 : 32;
      const salted = await derive(password.normalize("NFKC"), asked.salt, asked.rounds, size, hash);
      const clientKey = hmac(hash, salted, "Client Key");
      const final = `c=biws,r=${asked.nonce}`;
      const message = `${bare},${serverFirst},${final}`;
      signature = hmac(hash, hmac(hash, salted, "Server Key"), message);
      const mask = hmac(hash, createHash(hash).update(clientKey).digest(), message);
      const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (mask[at] ?? 0)));
      return `${final},p=${proof.toString("base64")}`;
    },
    proves(serverFinal) {
      const given = Buffer.from(/^v=([A-Za-z0-9+/=]+)/.exec(serverFinal)?.[1] ?? "", "base64");
      return signature !== undefined && given.byteLength === signature.byteLength && timingSafeEqual(given, signature);
    },
  };
}

/** More rounds than anybody configures are a way to keep us busy. */
const mostRounds = 1_000_000;

function readFirst(text: string) {
  const [, nonce = "", salt = "", rounds = ""] = /^r=([^,]+),s=([A-Za-z0-9+/=]+),i=(\d{1,9})/.exec(text) ?? [];
  const count = Number(rounds);
  if (nonce === "" || count < 1 || count > mostRounds) return undefined;
  return { nonce, salt: Buffer.from(salt, "base64"), rounds: count };
}

function hmac(hash: string, key: Buffer, text: string): Buffer {
  return createHmac(hash, key).update(text).digest();
}
