import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TargetAddress } from "#host";
import { createFakeHost } from "../../src/host/fake.ts";
import { readFileOf } from "./fixture.ts";
import { installHelper, systemdTarget } from "./helper-fixture.ts";
import { helperSearchSuite } from "./helper-search-suite.ts";
import { searchSuite } from "./search-suite.ts";

searchSuite("fake", () => {
  const file = { path: "/opt/backend/.env", owner: "backend", group: "backend", mode: "600" };
  const runtime = { kind: "systemd", file, instances: [{ instance: "", unit: "backend.service" }] } as const;
  const target: TargetAddress = { id: "backend@fake", service: "backend", runtime };
  const host = createFakeHost({ name: "fake", readFile: readFileOf });
  const lay = (name: string, content: Buffer): string => {
    host.lay(`/opt/backend/${name}`, content);
    return `/opt/backend/${name}`;
  };
  return { host, target, lay, close: () => {} };
});

searchSuite("helper", () => {
  const place = installHelper();
  const target = systemdTarget(place);
  place.allow([target]);
  const lay = (name: string, content: Buffer): string => {
    const path = join(place.folder, "opt", name);
    writeFileSync(path, content);
    return path;
  };
  return { host: place.host, target, lay, close: () => place.remove() };
});

helperSearchSuite("sh");
