import { describe, expect, test } from "vitest";
import { proposeManifest, readManifest, type FoundFile, type Platform } from "#contract";

const voxbridge: readonly FoundFile[] = [
  { path: "backend/.env.example", text: "JWT_SECRET=\nVOXCORE_SECRET=\n" },
  {
    path: "backend/deploy/voxbridge.service",
    text: "[Service]\nUser=voxbridge\nEnvironmentFile=-/opt/voxbridge/.env\nExecStart=/usr/bin/node main.js\n",
  },
  { path: "fleet/.env.example", text: "VOXCORE_SECRET=\n" },
  { path: "fleet/deploy/voxcore@.service", text: "[Service]\nUser=voxcore\nEnvironmentFile=/opt/voxcore/.env\n" },
  { path: "dialler/.env.example", text: "A=1\n" },
  { path: "dialler/voxdialler.service", text: "[Service]\nEnvironmentFile=%h/.env\n" },
  { path: "console/.env.example", text: "VITE_A=\n" },
  { path: "console/vite.config.ts", text: "export default {}" },
  { path: "console/brand/voxbridge/.env", text: "VITE_A=1\n" },
  { path: "media/.env.example", text: "B=1\n" },
  { path: "media/compose.yaml", text: "services:\n  mixer:\n    env_file: [.env]\n  redis: {}\n" },
  { path: "tool/.env.example", text: "C=1\n" },
];

function platform(text: string, environment: string): Platform {
  const readText = (path: string) => voxbridge.find((file) => file.path === path)?.text;
  const result = readManifest(text, "keyturn.yaml", { environment, readText });
  if (result.platform === undefined) throw new Error(`${text}\n${JSON.stringify(result.findings, undefined, 1)}`);
  return result.platform;
}

describe("a proposed manifest", () => {
  test("holds what units, compose files, Vite configurations and examples show", () => {
    const { services } = proposeManifest(voxbridge);
    expect(services.map(({ name, runtime, contract }) => `${name} ${runtime} ${contract}`)).toEqual([
      "backend systemd backend/.env.example",
      "fleet systemd fleet/.env.example",
      "dialler systemd dialler/.env.example",
      "mixer compose media/.env.example",
      "console vite console/.env.example",
      "tool process tool/.env.example",
    ]);
  });

  test("finds the contract of a unit or compose service that lies in a folder of its own", () => {
    const { services } = proposeManifest([
      { path: "api/.env.example", text: "A=1\n" },
      { path: "worker/.env.example", text: "A=1\n" },
      { path: "web/.env.example", text: "A=1\n" },
      { path: "deploy/acme-api.service", text: "[Service]\nEnvironmentFile=/opt/api/.env\n" },
      { path: "deploy/worker@.service", text: "[Service]\nUser=jobs\n" },
      { path: "deploy/compose.yaml", text: "services:\n  front:\n    env_file: ../web/.env\n" },
    ]);
    expect(services.map(({ name, contract, seenIn }) => `${name} ${contract} ${seenIn}`)).toEqual([
      "api api/.env.example deploy/acme-api.service",
      "worker worker/.env.example deploy/worker@.service",
      "front web/.env.example deploy/compose.yaml",
    ]);
  });

  test("asks only what files can't show", () => {
    const keys = proposeManifest(voxbridge).questions.map((question) => question.key);
    expect(keys).toContain("instances.fleet");
    expect(keys).toContain("file.dialler");
    expect(keys).not.toContain("file.backend");
    expect(keys).not.toContain("owner.backend");
    expect(keys).not.toContain("instances.backend");
    expect(keys).not.toContain("hosts.tool");
  });

  test("can be read as it stands, and says what was inferred", () => {
    const { text } = proposeManifest(voxbridge);
    expect(text).toContain("# inferred");
    expect(platform(text, "production").services).toHaveLength(5);
    expect(platform(text, "local").services.map((service) => service.name)).toEqual(["tool"]);
  });

  test("can be read with every question answered, and asks nothing more", () => {
    const answers = {
      platform: "voxbridge",
      hosts: "app1, app2, fleet1, sip1",
      order: "backend, mixer, fleet, dialler, console",
      "hosts.backend": "app1, app2",
      "hosts.fleet": "fleet1",
      "instances.fleet": "1, 2, 3",
      "hosts.dialler": "sip1",
      "file.dialler": "/opt/voxdialler/.env",
      "owner.dialler": "voxdialler",
      "hosts.mixer": "sip1",
      "project.mixer": "/opt/media",
      "owner.mixer": "root",
      "hosts.console": "app1, app2",
      "publish.console": "/var/www/console",
      "owner.console": "www-data",
    };
    const { text, questions } = proposeManifest(voxbridge, answers);
    expect(questions).toEqual([]);
    const found = platform(text, "production");
    expect(found.services.map((service) => service.name)).toEqual(["backend", "mixer", "fleet", "dialler", "console"]);
    expect(found.services[2]).toMatchObject({
      hosts: ["fleet1"],
      runtime: {
        unit: "voxcore@.service",
        instances: ["1", "2", "3"],
        unitFile: "fleet/deploy/voxcore@.service",
        file: { path: "/opt/voxcore/.env", owner: "voxcore", group: "voxcore", mode: "600" },
      },
    });
    expect(found.services[1]?.runtime).toMatchObject({ file: { path: "/opt/media/.env" }, composeService: "mixer" });
    expect(found.services[4]?.runtime).toMatchObject({ kind: "vite", brand: "brand/voxbridge/.env" });
  });

  test("points at secrets that several services share", () => {
    expect(proposeManifest(voxbridge).text).toContain("# VOXCORE_SECRET is in fleet too");
  });

  test("of nothing is still a manifest", () => {
    expect(platform(proposeManifest([]).text, "local").services).toEqual([]);
  });
});
