import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Sensitive } from "#kernel";
import { openProcessHost, stopProcesses, type TargetAddress } from "#host";
import { createFakeHost } from "../../src/host/fake.ts";
import { contractSuite } from "./contract-suite.ts";
import { fileSuite, type Attachments, type FileSubject, type WriteFile } from "./file-suite.ts";
import { readFileOf, temporaryFolder } from "./fixture.ts";
import { installHelper, systemdTarget, writeUnit } from "./helper-fixture.ts";

bothSuites("fake", () => {
  const file = { path: "/opt/backend/.env", owner: "backend", group: "backend", mode: "600" };
  const instances = [{ instance: "", unit: "backend.service" }];
  const runtime = { kind: "systemd", file, instances } as const;
  const target: TargetAddress = { id: "backend@fake", service: "backend", runtime };
  const host = createFakeHost({ name: "fake", readFile: readFileOf });
  const attachments: Attachments = {
    paths: () => [...host.attachmentsOf(target).keys()].toSorted(),
    read: (path) => host.attachmentsOf(target).get(path),
    write: (path, content) => {
      if (content === undefined) host.attachmentsOf(target).delete(path);
      else host.attachmentsOf(target).set(path, content);
    },
  };
  const write: WriteFile = (content) => host.edit(target, Sensitive.of(content));
  return { host, target, attachments, write, close: () => {} };
});

bothSuites("local processes", () => {
  const folder = temporaryFolder();
  const environment = { PATH: process.env["PATH"] };
  const instances = [{ instance: "", unit: "backend", environment: {} }];
  const command = ["node", "-e", "setInterval(() => {}, 1000)"];
  const runtime = { kind: "process", command, directory: folder, instances } as const;
  return {
    host: openProcessHost({ name: "local", folder, node: process.execPath, readFile: readFileOf, environment }),
    target: { id: "backend@local", service: "backend", runtime },
    attachments: attachmentsIn(join(folder, "backend", ".env.d")),
    write: (content) => writeFileSync(join(folder, "backend", ".env"), content),
    close: async () => {
      await stopProcesses(folder, { limit: 500 });
      rmSync(folder, { recursive: true });
    },
  };
});

bothSuites("helper", () => {
  const place = installHelper();
  const target = systemdTarget(place);
  place.allow([target]);
  writeUnit(place, "w.service", "sleep 60");
  const attachments = attachmentsIn(join(place.folder, "opt", ".env.d"));
  const write: WriteFile = (content) => writeFileSync(join(place.folder, "opt", ".env"), content);
  return { host: place.host, target, attachments, write, close: () => place.remove() };
});

function bothSuites(name: string, open: () => FileSubject): void {
  contractSuite(name, open);
  fileSuite(name, open);
}

function attachmentsIn(folder: string): Attachments {
  return {
    paths: () =>
      (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
        .toSorted(),
    read: (path) => readFileSync(join(folder, path)),
    write: (path, content) => {
      if (content === undefined) rmSync(join(folder, path));
      else writeFileSync(join(folder, path), content);
    },
  };
}
