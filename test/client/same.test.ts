import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { revealValue, scan } from "#operation";
import { put } from "../operation/make-context.ts";
import { livePlatform } from "../operation/live-platform.ts";
import type { Outcome } from "../cli/keyturn.ts";
import { openPlaces } from "./places.ts";

const looks = [
  "list",
  "list --service fleet --json",
  "list --service nobody",
  "plan",
  "plan fleet api@here --json",
  "plan nobody --json",
  "status",
  "status --json",
  "plan --rotate TOKEN",
  "plan --rotate TOKEN --compromised",
  "plan --rotate TOKEN --compromised --json",
  "plan --rotate TOKEN --value --json",
  "plan --rotate TOKEN --host here --json",
  "plan --compromised",
  "plan --rotate NOBODY --json",
  "rotations",
  "rotations TOKEN --json",
  "findings",
  "findings --state new --name TOKEN --json",
  "findings --state old",
];

test("what only looks answers the same here, over http and over ssh: text, document, exit code", async () => {
  const { folder, context } = await livePlatform();
  await put(context, "MODE", "fine");
  const { value } = await revealValue(context, { name: "TOKEN", scope: {} });
  await writeFile(join(folder, "leaked.txt"), value.reveal());
  await scan(context, { target: { kind: "tree", folder, paths: ["leaked.txt"] }, keep: {} });
  const { here, overHttp, overSsh, log } = await openPlaces(folder, "local:viewer");
  for (const words of looks) {
    const [own, http, ssh] = await Promise.all(
      [here, overHttp, overSsh].map((keyturn) => keyturn(words).then(settled)),
    );
    expect({ words, ...http }).toEqual({ words, ...own });
    expect({ words, ...ssh }).toEqual({ words, ...own });
  }
  expect(log()).not.toMatch(/api-key-one|token-one|keyturn_/);
}, 240_000);

test("a search of the hosts answers the same everywhere, for an admin", async () => {
  const { folder } = await livePlatform();
  const { here, overHttp, overSsh, log } = await openPlaces(folder, "local:admin");
  for (const words of [
    "scan --hosts",
    "scan --hosts here --json",
    "scan --hosts --sarif",
    "scan --hosts nowhere --json",
  ]) {
    const [own, http, ssh] = await Promise.all(
      [here, overHttp, overSsh].map((keyturn) => keyturn(words).then(settled)),
    );
    expect({ words, ...http }).toEqual({ words, ...own });
    expect({ words, ...ssh }).toEqual({ words, ...own });
  }
  expect(log()).not.toMatch(/key-one|token-one|keyturn_/);
}, 240_000);

/** A minute may pass between two calls; and how far it is with the hosts, only a folder of this machine tells. */
function settled({ code, out, err }: Outcome): Outcome {
  return {
    code,
    out: out.replaceAll(/ (?:now|\d+m)(?: +|$)/gm, " AGE "),
    err: err.replaceAll(/^\{"kind":"look(?:ed)?".*\n/gm, ""),
  };
}
