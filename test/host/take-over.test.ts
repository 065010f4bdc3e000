import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bootstrapPlan, type BootstrapOptions, type HostRequest, type MarkedTarget, type TargetAddress } from "#host";
import { bootstrapFunctions } from "../../src/host/helper/helper-text.ts";
import { controller, fileOf, recordOf } from "./fixture.ts";
import { installHelper, systemdTarget, type HelperPlace } from "./helper-fixture.ts";

let place: HelperPlace;
let target: TargetAddress;

beforeEach(async () => {
  place = installHelper();
  target = systemdTarget(place);
  place.allow([target]);
  await place.host.perform(controller, stage());
});

afterEach(() => {
  place.remove();
});

describe("taking a target over", () => {
  test("lets another controller in, and leaves file and record as they are", async () => {
    const other = { ...controller, owner: "voxbridge/lab/store2" };
    await expect(place.host.perform(other, stage())).rejects.toMatchObject({ code: "HOST_FENCED" });
    expect(takeOver(shown)).toEqual({ status: 0, said: "" });
    const [seen] = await place.host.observe([target]);
    expect(seen).toMatchObject({ owner: { kind: "none" }, record: { release: "r1" }, file: { content: "recorded" } });
    expect(await place.host.perform(other, stage())).toMatchObject([{ kind: "unchanged" }, { kind: "unchanged" }]);
    await expect(place.host.perform(controller, stage())).rejects.toMatchObject({ code: "HOST_FENCED" });
    expect(takeOver(shown).status).not.toBe(0);
  });

  test("removes only the mark that was shown", () => {
    for (const other of [`${controller.owner} 1 2 -`, `${controller.owner} 1 1 3:${"b".repeat(64)}`]) {
      const { status, said } = takeOver(other);
      expect([status === 0, said]).toEqual([false, "backend@here has another owner by now than was shown"]);
    }
    expect(existsSync(join(place.state, target.id, "controller"))).toBe(true);
  });

  test("waits for nobody: a target that is being changed stays whose it is", async () => {
    const lock = join(place.state, target.id, "lock");
    const holder = spawn("flock", [lock, "sleep", "20"]);
    try {
      await expect.poll(() => spawnSync("flock", ["-n", lock, "true"]).status).not.toBe(0);
      expect(takeOver(shown).said).toBe("backend@here is being changed by another run");
      expect(existsSync(join(place.state, target.id, "controller"))).toBe(true);
    } finally {
      holder.kill();
    }
  });

  test("is a step of its own that names the owner, and never lets an owner's text become a command", () => {
    const mark: MarkedTarget = {
      target: "backend@here",
      owner: "voxbridge/lab/store1",
      epoch: 3,
      lease: 7,
      auditHead: "",
    };
    const plan = bootstrapPlan("here", [target], { ...options, takeOver: [mark] });
    expect(plan.steps.at(-1)).toEqual({
      title: "take over backend@here",
      detail: expect.stringContaining("from voxbridge/lab/store1, epoch 3 lease 7"),
    });
    for (const wrong of [
      { owner: "a';id;'" },
      { owner: "a b" },
      { owner: "" },
      { target: "../x" },
      { auditHead: "1:a';id;'" },
    ]) {
      const hostile = () => bootstrapPlan("here", [target], { ...options, takeOver: [{ ...mark, ...wrong }] });
      expect(hostile).toThrow(expect.objectContaining({ code: "MANIFEST_INVALID" }));
    }
  });
});

/** The mark of whoever staged, as its machine keeps it. */
const shown = `${controller.owner} ${controller.epoch} ${controller.lease} ${controller.auditHead}`;

const options: BootstrapOptions = {
  deployUser: "deploy",
  unitFiles: [],
  serviceUsers: [],
  folders: [],
  prepareCommands: [],
};

function stage(): HostRequest[] {
  const variables = { A: "1", KEYTURN_RELEASE: "r1" };
  const record = { ...recordOf("r1", variables), digest: "0123456789abcdef" };
  return [
    { kind: "stage", target, file: fileOf(variables), record },
    { kind: "swap", target },
  ];
}

/** The bootstrap's own function, without its demand for root. */
function takeOver(mark: string): { readonly status: number | null; readonly said: string } {
  const functions = bootstrapFunctions().replace(/^\[ "\$\(id -u\)" = 0 \].*$/m, "");
  const script = `${functions}\nbegin 0\ntake_over '${join(place.state, target.id)}' '${mark}'\nend\n`;
  const { status, stderr } = spawnSync("sh", ["-s"], { input: script, encoding: "utf8" });
  return { status, said: stderr.trim() };
}
