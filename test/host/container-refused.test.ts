import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openLocalHost, openProcessHost, type Host, type TargetAddress } from "#host";
import { controller, fileOf, readFileOf, recordOf, temporaryFolder } from "./fixture.ts";

const target: TargetAddress = {
  id: "agent@here",
  service: "agent",
  runtime: {
    kind: "docker",
    container: "agent",
    image: "agent:1",
    exclusive: false,
    restart: "no",
    volumes: [],
    labels: {},
    stop: 10_000,
    instances: [{ instance: "", unit: "agent" }],
  },
};

const folder = temporaryFolder();
const hosts: readonly (readonly [string, Host])[] = [
  ["local processes", openProcessHost({ name: "here", folder, node: "node", readFile: readFileOf, environment: {} })],
  ["the helper", openLocalHost({ name: "here", helper: { shell: ["false"], path: "" }, environment: {} })],
];

afterAll(() => rmSync(folder, { recursive: true }));

describe.each(hosts)("%s", (_, host) => {
  test("have no container, and nothing is sent about one", async () => {
    const refused = { code: "INTERNAL", message: "agent@here is a container, and this way to here knows none" };
    const stage = { kind: "stage", target, file: fileOf({ A: "1" }), record: recordOf("r1", { A: "1" }) } as const;
    await expect(host.observe([target])).rejects.toMatchObject(refused);
    await expect(host.perform(controller, [stage])).rejects.toMatchObject(refused);
    await expect(host.read(target)).rejects.toMatchObject(refused);
  });
});
