import { createHmac } from "node:crypto";

/** A token of LiveKit: HS256, the key as issuer, grants in `video`. This one lives a minute and may list rooms. */
export function liveKitToken(of: { readonly key: string; readonly secret: string; readonly now: number }): string {
  const seconds = Math.floor(of.now / 1000);
  const claims = { iss: of.key, sub: "keyturn-probe", nbf: seconds - 10, exp: seconds + 60, video: { roomList: true } };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", of.secret).update(signed).digest("base64url")}`;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value), "utf8").toString("base64url");
}
