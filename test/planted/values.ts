import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Sensitive } from "#kernel";
import type { Secret } from "#leak";

/** Values that must be found nowhere, by the name under which a find is told. */
export type Planted = ReadonlyMap<string, Buffer>;

export function makeValues() {
  const password = word();
  return {
    token: word(),
    changedToken: word(),
    uri: `mongodb://app:${password}@db.internal:27017/shop?authSource=${word()}`,
    password,
    pem: pem(),
    quoted: `${word()} "it's" $HOME \`id\` \${X:-y} \\n # ${word()}`,
    // too short for the encodings; its letters are in no text of ours
    pin: `§${randomBytes(2).toString("hex")}~`,
    bound: word(),
    grafana: `glsa_${randomBytes(16).toString("hex")}_${randomBytes(4).toString("hex")}`,
    boundUri: `mongodb://deploy:${word()}@db.internal/shop`,
  } as const;
}

export type Values = ReturnType<typeof makeValues>;

export function word(): string {
  return `x7K${randomBytes(24).toString("base64url")}`;
}

export function pem(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-521" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

export function secretsOf(planted: Planted): readonly Secret[] {
  return [...planted].map(([name, bytes]) => ({ name, value: Sensitive.of(bytes) }));
}
