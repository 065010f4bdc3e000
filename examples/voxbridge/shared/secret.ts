import { matchSecret } from "@keyturn/sdk";

/** Same text? The time taken tells nothing about either. */
export function sameSecret(expected: string, presented: string | undefined): boolean {
  return matchSecret(expected, presented).kind === "accepted";
}

/** the header that carries VOXCORE_SECRET between the three services */
export const secretHeader = "x-voxcore-secret";
