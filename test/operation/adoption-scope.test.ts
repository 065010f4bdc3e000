import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Sensitive } from "#kernel";
import { isGiven, spreadValues, type Row, type ScopedValue } from "../../src/operation/host/adoption-scope.ts";

const row = (service: string, host: string, value: string, text?: string): Row => ({
  service,
  host,
  value: Sensitive.of(value),
  ...(text === undefined ? {} : { text: Sensitive.of(text) }),
});

const shown = (values: readonly ScopedValue[]) =>
  values.map(({ scope, value }) => [scope, value.reveal().toString()] as const);

test("the most common value of a secret is kept for all, the others where they are", () => {
  const rows = [row("api", "h1", "A"), row("api", "h2", "A"), row("fleet", "h1", "B"), row("fleet", "h2", "A")];
  expect(shown(spreadValues(rows, [], true).puts)).toEqual([
    [{}, "A"],
    [{ service: "fleet", host: "h1" }, "B"],
  ]);
});

test("a setting on which services differ is kept for each that needs it", () => {
  const rows = [row("api", "h1", "9000", "8080"), row("fleet", "h1", "8101", "8101"), row("sip", "h1", "8090", "1")];
  expect(shown(spreadValues(rows, [], false).puts)).toEqual([
    [{ service: "api" }, "9000"],
    [{ service: "sip" }, "8090"],
  ]);
});

test("a place that has what its text says is not given the others' value", () => {
  const rows = [row("api", "h1", "debug", "info"), row("api", "h2", "debug", "info"), row("api", "h3", "info", "info")];
  expect(shown(spreadValues(rows, [], false).puts)).toEqual([
    [{}, "debug"],
    [{ service: "api", host: "h3" }, "info"],
  ]);
});

test("text alone needs nothing stored", () => {
  expect(spreadValues([row("api", "h1", "info", "info")], [], true)).toEqual({ puts: [], contradicted: [] });
});

test("what is stored stays; a value that was stored for exactly this place is not overwritten", () => {
  const stored = [{ scope: {}, value: Sensitive.of("A") }];
  expect(shown(spreadValues([row("api", "h1", "B"), row("api", "h2", "A")], stored, true).puts)).toEqual([
    [{ service: "api", host: "h1" }, "B"],
  ]);
  const own = [{ scope: { service: "api", host: "h1" }, value: Sensitive.of("C") }];
  const refused = spreadValues([row("api", "h1", "B")], own, true);
  expect(refused.contradicted.map(({ host }) => host)).toEqual(["h1"]);
});

const names = fc.constantFrom("a", "b", "c");
const value = fc.constantFrom("1", "2", "3");
const rows = fc
  .uniqueArray(fc.record({ service: names, host: names }), {
    selector: ({ service, host }) => `${service}@${host}`,
    minLength: 1,
  })
  .chain((places) =>
    fc.tuple(
      ...places.map(({ service, host }) =>
        fc.tuple(value, fc.option(value, { nil: undefined })).map(([own, text]) => row(service, host, own, text)),
      ),
    ),
  );
const scope = fc.record({ service: fc.option(names, { nil: undefined }), host: fc.option(names, { nil: undefined }) });
const stored = fc
  .uniqueArray(fc.record({ scope, value: value.map((text) => Sensitive.of(text)) }), {
    selector: ({ scope: { service, host } }) => `${service}@${host}`,
    maxLength: 4,
  })
  .map((all) =>
    all.map(({ scope: { service, host }, value: own }) => ({
      scope: { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) },
      value: own,
    })),
  );

test("every place ends with what it has, or is named; nothing stored is replaced", () => {
  fc.assert(
    fc.property(rows, stored, fc.boolean(), (places, before, sensitive) => {
      const { puts, contradicted } = spreadValues(places, before, sensitive);
      const key = ({ scope: { service, host } }: ScopedValue): string => `${service}@${host}`;
      const keys = [...before, ...puts].map(key);
      expect(new Set(keys).size).toBe(keys.length);
      for (const place of places) {
        expect(isGiven(place, [...before, ...puts]) || contradicted.includes(place)).toBe(true);
      }
    }),
  );
});
