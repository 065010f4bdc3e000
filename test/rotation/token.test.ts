import { expect, test } from "vitest";
import { readContract, type Service } from "#contract";
import { signedTokens } from "#rotation";
import type { Version } from "#store";

const day = 24 * 3_600_000;
const madeAt = 1_700_000_000_500;

function version(id: number, scope = {}): Version {
  const more = { state: "live", origin: "test", actor: "anna", fingerprint: "0".repeat(16), sensitive: true };
  return { id, name: "JWT_SECRET", number: id, scope, createdAt: madeAt, ...more } as unknown as Version;
}

function service(base: string, hosts: readonly string[], lifetime: string): Service {
  const text = `# @sensitive @derive=jwt(JWT_SECRET, role=anon${lifetime})\nANON_KEY=\n`;
  const contract = readContract(text, "app/.env.example");
  return { name: base, base, hosts, contract } as unknown as Service;
}

function tokens(services: readonly Service[], present: readonly Version[], now: number) {
  const mayHold = (one: string): boolean => one !== "stranger";
  return signedTokens(services, present, { now, mayHold }).map(({ name, services: own, root, endsAt, state }) => {
    return { name, services: own, root: root.id, left: Math.round((endsAt - madeAt) / day), state };
  });
}

test.each([
  // a tenth of a short lifetime, and 30 days of a long one
  [", lifetime=100d", 89, "fresh"],
  [", lifetime=100d", 91, "soon"],
  [", lifetime=100d", 100, "over"],
  ["", 1825 - 31, "fresh"],
  ["", 1825 - 29, "soon"],
  ["", 1826, "over"],
])("a token with%s is after %i days %s", (lifetime, days, state) => {
  const [token] = tokens([service("app", ["a"], lifetime)], [version(1)], madeAt + days * day);
  expect(token?.state).toBe(state);
});

test("tokens of one root are told once, of another scope's root apart, and without a root or a grant not at all", () => {
  const services = [service("app", ["a", "b"], ""), service("web", ["a"], ""), service("stranger", ["a"], "")];
  const present = [version(1), version(2, { host: "b" })];
  expect(tokens(services, present, madeAt)).toEqual([
    { name: "ANON_KEY", services: ["app", "web"], root: 1, left: 1825, state: "fresh" },
    { name: "ANON_KEY", services: ["app"], root: 2, left: 1825, state: "fresh" },
  ]);
  expect(tokens(services, [], madeAt)).toEqual([]);
});
