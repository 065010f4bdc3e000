import { rmSync } from "node:fs";
import { openProcessHost, stopProcesses, type TargetAddress } from "#host";
import { createFakeHost } from "../../src/host/fake.ts";
import { contractSuite } from "./contract-suite.ts";
import { readFileOf, temporaryFolder } from "./fixture.ts";
import { installHelper, systemdTarget, writeUnit } from "./helper-fixture.ts";

contractSuite("fake", () => {
  const file = { path: "/opt/backend/.env", owner: "backend", group: "backend", mode: "600" };
  const instances = [{ instance: "", unit: "backend.service" }];
  const runtime = { kind: "systemd", file, instances } as const;
  const target: TargetAddress = { id: "backend@fake", service: "backend", runtime };
  return { host: createFakeHost({ name: "fake", readFile: readFileOf }), target, close: () => {} };
});

contractSuite("local processes", () => {
  const folder = temporaryFolder();
  const environment = { PATH: process.env["PATH"] };
  const instances = [{ instance: "", unit: "backend", environment: {} }];
  const command = ["node", "-e", "setInterval(() => {}, 1000)"];
  const runtime = { kind: "process", command, directory: folder, instances } as const;
  return {
    host: openProcessHost({ name: "local", folder, node: process.execPath, readFile: readFileOf, environment }),
    target: { id: "backend@local", service: "backend", runtime },
    close: async () => {
      await stopProcesses(folder, { limit: 500 });
      rmSync(folder, { recursive: true });
    },
  };
});

contractSuite("helper", () => {
  const place = installHelper();
  const target = systemdTarget(place);
  place.allow([target]);
  writeUnit(place, "w.service", "sleep 60");
  return { host: place.host, target, close: () => place.remove() };
});
