import { expect, test } from "vitest";
import { judge } from "../../../src/provider/answer.ts";
import { catalogue } from "../../../src/provider/catalogue/catalogue.ts";
import type { HttpProbe, Values } from "../../../src/provider/provider.ts";
import { vendors } from "../../../examples/homedevice/stand-in/src/vendor.ts";
import { startStandIn } from "./platform.ts";

const now = Date.UTC(2026, 10, 25, 12);
const account = `AC${"0".repeat(32)}`;

const cases = catalogue.flatMap(({ name, probe, fields }) => {
  const vendor = Object.hasOwn(vendors, name) ? vendors[name] : undefined;
  if (vendor === undefined || probe.kind !== "http") return [];
  const secret = fields.find((field) => field.secret)?.id ?? "key";
  return Object.keys(vendor.answers).map((state) => ({ name, state, probe, secret }));
});

const words: Readonly<Record<string, string>> = {
  invalid: "revoked",
  exhausted: "exhausted",
  "scope-limited": "limited",
};

test("every vendor that is stood in for has a probe", () => {
  expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(Object.keys(vendors)));
});

test("a key of any kind is told as its vendor tells it", async () => {
  const { url } = await startStandIn();
  for (const { name, state, probe, secret } of cases) {
    const values = { [secret]: `key-${words[state] ?? "good"}-000000000000`, account };
    const { status, body } = await called(`${url}/${name}`, probe, values);
    const answer = { kind: "answer", status, type: "application/json", body, cut: false } as const;
    expect(judge(answer, probe.answers).state, `${name} ${state}`).toBe(state);
  }
});

/** The path of a provider's own address is behind the vendor's name there. */
async function called(url: string, probe: HttpProbe, values: Values) {
  const base = new URL(url + (probe.origin === undefined ? "" : new URL(probe.origin).pathname.replace(/\/$/, "")));
  const { method, path, headers, body } = probe.call(values, { base, now });
  const answer = await fetch(base.href.replace(/\/$/, "") + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, body: await answer.text() };
}
