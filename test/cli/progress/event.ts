import { array, constantFrom, integer, oneof, record, string, type Arbitrary } from "fast-check";
import type { ProgressEvent } from "#operation";

const hosts = ["app1", "app2", "edge", "a-host-with-a-long-name.example.com"];
const host = constantFrom(...hosts, "unplanned");
const target = constantFrom(...hosts.map((name) => `api@${name}`), "fleet@app1", "");
const step = constantFrom("stage", "swap", "restart a", "verify a", "gate", "return");
/** everything that someone may write into a manifest or a machine may say */
const text = oneof(
  string({ unit: "binary", maxLength: 60 }),
  constantFrom("逐次展開する", "👩‍👩‍👧 done", "\u001b[2J", "a\nb", "é".normalize("NFD"), "x".repeat(300)),
);
const ms = integer({ min: 0, max: 100_000 });
const share = record({ host, steps: array(record({ target, step }), { maxLength: 6 }), atMost: ms });
const waves = array(record({ number: integer({ min: 0, max: 5 }), hosts: array(share, { maxLength: 5 }) }), {
  maxLength: 4,
});

/** Any event with any content, also such as never comes. */
export const anyEvent: Arbitrary<ProgressEvent> = oneof(
  kind("begin", { waves, soak: ms }),
  kind("build", { host, target, command: text }),
  kind("prepare", { host, target, command: text }),
  kind("abandoned", { rollout: constantFrom("ro_1"), actor: text, startedAt: ms }),
  kind("taken-over", { holder: text, doing: text, since: ms }),
  kind("output", { host, target, line: text }),
  kind("wave", { order: ms, number: integer({ min: -1, max: 6 }), of: ms, hosts: array(host) }),
  kind("step", { host, target, step, state: constantFrom("started", "done", "unchanged", "failed"), detail: text }),
  kind("gate", { host, target, state: constantFrom("passed", "failed"), detail: text }),
  kind("host", { host, state: constantFrom("done", "stopped", "failed"), ms }),
  kind("soak", { ms }),
  kind("return", { hosts: array(host), reason: text }),
  kind("end", { outcome: constantFrom("done", "returned") }),
  kind("stopping", { hosts: array(host) }),
  kind("look", { hosts: array(host) }),
  kind("looked", { host, state: constantFrom("seen", "unreachable") }),
  kind("preparation", { hosts: array(record({ host, steps: array(text, { maxLength: 4 }) })) }),
  kind("preparation-step", { host, step: text, state: constantFrom("changed", "unchanged") }),
  kind("preparation-end", { host, state: constantFrom("done", "failed"), detail: text }),
);

type Fields<Kind> = Omit<Extract<ProgressEvent, { kind: Kind }>, "kind">;

function kind<Kind extends ProgressEvent["kind"]>(
  name: Kind,
  fields: { readonly [Field in keyof Fields<Kind>]: Arbitrary<Fields<Kind>[Field]> },
): Arbitrary<ProgressEvent> {
  return record(fields).map((rest) => ({ kind: name, ...rest }) as unknown as ProgressEvent);
}
