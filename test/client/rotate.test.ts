import { expect, test } from "vitest";
import { rotatingPlatform, statusFor } from "../operation/rotating-platform.ts";
import { keyturnAt, type Keyturn, type Outcome } from "../cli/keyturn.ts";
import { openHttp, openSsh } from "./places.ts";

type Options = Parameters<Keyturn>[1];

/** The same words at each of them; calls and times differ, and what is told and what comes of it do not. */
async function same(places: readonly Keyturn[], words: string, options: Options = {}) {
  return compared(words, await Promise.all(places.map(async (keyturn) => outlineOf(await keyturn(words, options)))));
}

/** Where a stop finds it is nobody's choice. */
async function sameEnd(places: readonly Keyturn[], words: string, options: Options = {}) {
  const outcomes = await Promise.all(places.map((keyturn) => keyturn(words, options)));
  return compared(
    words,
    outcomes.map((one) => ({ ...outlineOf(one), steps: [] })),
  );
}

function compared<Outline>(words: string, [here, ...away]: readonly Outline[]): Outline | undefined {
  expect({ words, away }).toEqual({ words, away: [here, here] });
  return here;
}

function outlineOf({ code, out, err }: Outcome) {
  const isDocument = out.startsWith("{");
  const { kind, error } = (isDocument ? JSON.parse(out) : {}) as {
    readonly kind?: string;
    readonly error?: { readonly code: string };
  };
  const steps = [...err.matchAll(/"kind":"(rotation-\w+)".*?"(?:number|version)":(\d+)/g)].map(([, what, n]) => [
    what,
    n,
  ]);
  return { code, kind, error: error?.code, steps, first: isDocument ? "" : out.split("\n")[0] };
}

test("a secret is rotated, held and taken back the same here, over https and over ssh", async () => {
  const lives = [await rotatingPlatform(), await rotatingPlatform(), await rotatingPlatform()] as const;
  const [own, served, behind] = lives;
  const http = await openHttp(served.folder, "local:operator");
  const ssh = await openSsh(behind.folder);
  const places = [keyturnAt(own.folder), http.keyturn, ssh.keyturn];

  expect(await same(places, "rotate TOKEN")).toMatchObject({ code: 64 });
  expect(await same(places, "rotate NOBODY --yes --json")).toMatchObject({ code: 69, error: "NOT_FOUND" });
  expect(await same(places, "rotate TOKEN --continue --yes --json")).toMatchObject({ error: "NOT_FOUND" });
  expect(await same(places, "rotate TOKEN --yes --wait 5 --json")).toMatchObject({ code: 0, kind: "rotated" });
  const given = { input: "the-value-that-was-given\n" };
  expect(await same(places, "rotate TOKEN --value --yes --wait 5", given)).toMatchObject({ code: 0 });
  for (const live of lives) expect(await statusFor(live, "the-value-that-was-given")).toBe(200);

  const ctrlC = { signal: { name: "SIGINT", after: '"kind":"rotation-step"' } } as const;
  expect(await sameEnd(places, "rotate TOKEN --yes --wait 5 --json", ctrlC)).toMatchObject({ code: 2, kind: "held" });
  expect(await same(places, "rotate TOKEN --yes --json")).toMatchObject({ code: 75, error: "ROTATION_OPEN" });
  expect(await sameEnd(places, "rotate TOKEN --back --yes --json")).toMatchObject({ code: 1, kind: "returned" });
  for (const live of lives) expect(await statusFor(live, "the-value-that-was-given")).toBe(200);
  expect(http.log() + ssh.sshd.log()).not.toMatch(/the-value-that|keyturn_/);
}, 600_000);
