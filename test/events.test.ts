import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ProgressEvent } from "#operation";

type Fields<Kind> = keyof Omit<Extract<ProgressEvent, { kind: Kind }>, "kind">;

/** Exactly the fields of each kind, held by the compiler: one more or one less is no such table. */
const events: { readonly [Kind in ProgressEvent["kind"]]: Readonly<Record<Fields<Kind>, true>> } = {
  "taken-over": { holder: true, doing: true, since: true },
  abandoned: { rollout: true, actor: true, startedAt: true },
  build: { host: true, target: true, command: true },
  begin: { waves: true, soak: true },
  prepare: { host: true, target: true, command: true },
  output: { host: true, target: true, line: true },
  wave: { order: true, number: true, of: true, hosts: true },
  step: { host: true, target: true, step: true, state: true, detail: true },
  gate: { host: true, target: true, state: true, detail: true },
  host: { host: true, state: true, ms: true },
  soak: { ms: true },
  return: { hosts: true, reason: true },
  stopping: { hosts: true },
  end: { outcome: true },
  "connection-lost": { server: true },
  look: { hosts: true },
  looked: { host: true, state: true },
  "rotation-step": { number: true, of: true, phase: true, services: true },
  "rotation-back": { number: true, of: true, phase: true, services: true, reason: true },
  proof: { target: true, instance: true, state: true, detail: true },
  quiet: { ms: true, seen: true },
  issuer: { where: true, state: true, detail: true },
  "rotation-ended": { version: true, state: true },
  preparation: { hosts: true },
  "preparation-step": { host: true, step: true, state: true },
  "preparation-end": { host: true, state: true, detail: true },
};

test("docs/events.md has each event with its fields", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/events.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (`.+?`) \| (.+) \|$/gm)].map(([, kind = "", fields = ""]) => {
    return [kind, [...fields.matchAll(/`(\w+)`/g)].map(([, field = ""]) => field).toSorted()];
  });
  const expected = Object.entries(events).map(([kind, fields]) => [kind, Object.keys(fields).toSorted()]);
  expect(rows).toEqual(expected);
});
