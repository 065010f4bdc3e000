import { randomBytes } from "node:crypto";

/** Makes identifiers; an argument, so that tests can count instead. */
export type MakeId = (prefix: string) => string;

/** `prefix_` and 80 random bits in base32 without look-alikes, 16 characters. */
export const randomId: MakeId = (prefix) => {
  const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  return `${prefix}_${[...randomBytes(16)].map((byte) => alphabet[byte & 31]).join("")}`;
};
