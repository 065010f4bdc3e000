import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapPlan, type BootstrapOptions, type TargetAddress } from "#host";

const file = { path: "/opt/voxcore/.env", owner: "voxcore", group: "voxcore", mode: "600" };
const fleet: TargetAddress = {
  id: "fleet@fleet1",
  service: "fleet",
  runtime: { kind: "systemd", file, instances: [{ instance: "a", unit: "voxcore@a.service" }] },
};
const options: BootstrapOptions = {
  deployUser: "deploy",
  unitFiles: [{ path: "/etc/systemd/system/voxcore@.service", text: "[Service]\nExecStart=/bin/true" }],
  serviceUsers: [{ name: "voxcore", home: "/opt/voxcore" }],
  folders: [],
  prepareCommands: [],
};

describe("the bootstrap of a host", () => {
  test("shows each step that its script does, in the same order", () => {
    const plan = bootstrapPlan("fleet1", [fleet], options);
    expect(plan.steps.map(({ title }) => title)).toEqual([
      "helper",
      "user voxcore",
      "folder /opt/voxcore",
      "allowlist",
      "sudo rule for deploy",
      "unit file voxcore@.service",
      "systemd",
      "enable voxcore@a.service",
    ]);
    const begun = [...plan.script.matchAll(/^begin \d+ # (.+)$/gm)].map(([, title]) => title);
    expect(begun).toEqual(plan.steps.map(({ title }) => title));
    expect(spawnSync("sh", ["-n"], { input: plan.script }).status).toBe(0);
  });

  test("makes no sudo rule for root and enables nothing where there is no unit", () => {
    const site = { kind: "site", path: "/var/www/console", owner: "root", group: "root" } as const;
    const target: TargetAddress = { id: "console@app1", service: "console", runtime: site };
    const plan = bootstrapPlan("app1", [target], { ...options, deployUser: "root", unitFiles: [], serviceUsers: [] });
    expect(plan.steps.map(({ title }) => title)).toEqual(["helper", "folder /var/www/console", "allowlist"]);
  });

  test("refuses a folder of a delivered file that the service's user could change", () => {
    const folder = { path: "/opt/voxcore", owner: "voxcore", group: "voxcore", mode: "755" };
    for (const wrong of [
      folder,
      { ...folder, owner: "root", mode: "775" },
      { ...folder, owner: "root", mode: "757" },
    ]) {
      const plan = () => bootstrapPlan("fleet1", [fleet], { ...options, folders: [wrong] });
      expect(plan).toThrow(expect.objectContaining({ code: "MANIFEST_INVALID" }));
    }
    const right = bootstrapPlan("fleet1", [fleet], { ...options, folders: [{ ...folder, owner: "root" }] });
    expect(right.steps.filter(({ title }) => title === "folder /opt/voxcore")).toHaveLength(1);
  });

  test("never lets a name, a path or a text become a command of its own", () => {
    const hostile = fc.oneof(
      fc.constantFrom("a;id", "a b", "$(id)", "`id`", "-x", "a\nb", "../x", "'", '"', "a&", "é", ""),
      fc.string().filter((text) => !/^[A-Za-z0-9_@][A-Za-z0-9@._-]*$/.test(text)),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const plans = [
          () => bootstrapPlan("h", [{ ...fleet, id: text }], options),
          () => bootstrapPlan("h", [fleet], { ...options, deployUser: text }),
          () => bootstrapPlan("h", [fleet], { ...options, serviceUsers: [{ name: text }] }),
          () =>
            bootstrapPlan("h", [fleet], {
              ...options,
              unitFiles: [{ path: `/etc/systemd/system/${text}/x`, text: "" }],
            }),
          () => bootstrapPlan("h", [withFile({ owner: text })], options),
          () => bootstrapPlan("h", [withFile({ path: `/opt/${text}/../x` })], options),
          () => bootstrapPlan("h", [withFile({ mode: text })], options),
        ];
        for (const plan of plans) expect(plan).toThrow(expect.objectContaining({ code: "MANIFEST_INVALID" }));
      }),
    );
  });

  test("carries any unit file as it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plan = bootstrapPlan("h", [fleet], {
          ...options,
          unitFiles: [{ path: "/etc/systemd/system/x.service", text }],
        });
        const marked = /^file \/etc\/systemd\/system\/x\.service 644 <<'(END_[0-9a-f]{16})'\n/m.exec(plan.script);
        const start = (marked?.index ?? 0) + (marked?.[0].length ?? 0);
        const end = plan.script.indexOf(`\n${marked?.[1]}\n`, start - 1);
        expect(plan.script.slice(start, end + 1)).toBe(text.endsWith("\n") ? text : `${text}\n`);
      }),
    );
  });
});

function withFile(change: Partial<typeof file>): TargetAddress {
  return { ...fleet, runtime: { kind: "systemd", file: { ...file, ...change }, instances: [] } };
}
