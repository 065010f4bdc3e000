import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../../examples/voxbridge/", import.meta.url));
const units = [
  { file: "backend/deploy/voxbridge.service", name: "voxbridge", code: "backend" },
  { file: "fleet/deploy/voxcore@.service", name: "voxcore", code: "fleet" },
  { file: "dialler/deploy/voxdialler.service", name: "voxdialler", code: "dialler" },
];

test.each(units)(
  "$file runs as its own user from its own folder, and fails without its file",
  async ({ file, name, code }) => {
    const unit = await readFile(folder + file, "utf8");
    const all = (key: string) => [...unit.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map((match) => match[1]);
    expect(all("User")).toEqual([name]);
    // with a leading dash the service would come up without any of its variables
    expect(all("EnvironmentFile")).toEqual([`/opt/${name}/.env`]);
    expect(all("ExecStart")).toEqual([`/usr/local/bin/node /opt/${name}/code/${code}/src/main.ts`]);
    const own: Readonly<Record<string, readonly string[]>> = {
      voxcore: ["VOXCORE_INSTANCE=%i"],
      voxdialler: [`KEYTURN_FILE=/opt/${name}/.env`],
    };
    expect(all("Environment")).toEqual(own[name] ?? []);
    expect(all("ExecReload")).toEqual(name === "voxdialler" ? ["/bin/kill -HUP $MAINPID"] : []);
  },
);

test("systemd waits longer for a worker than the worker for its call", async () => {
  const unit = await readFile(`${folder}fleet/deploy/voxcore@.service`, "utf8");
  const example = await readFile(`${folder}fleet/.env.example`, "utf8");
  const stop = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  expect(stop).toBeGreaterThan(Number(/^VOXCORE_DRAIN_SECONDS=(\d+)$/m.exec(example)?.[1]));
});
