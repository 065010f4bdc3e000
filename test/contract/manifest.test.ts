import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  issuerText,
  type IssuerEntry,
  listEnvironments,
  manifestFields,
  manifestSchema,
  pairOf,
  readIssuerText,
  readManifest,
  type ManifestResult,
  type Platform,
} from "#contract";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/manifest.md"), "utf8");
const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";

const contracts: Readonly<Record<string, string>> = {
  "backend/.env.example":
    "BACKEND_URL=\nPUBLIC_URL=\nVOXCORE_SECRET=\nJWT_SECRET=\nREDIS_URL=\nDATABASE_URL=\nGRAFANA_ADMIN_PASSWORD=\nTWILIO_AUTH_TOKEN=\n" +
    "LIVEKIT_API_KEY=\nLIVEKIT_API_SECRET=\nAWS_ACCESS_KEY_ID=\nAWS_SECRET_ACCESS_KEY=\n",
  "fleet/.env.example": "VOXCORE_SECRET=\n",
  "dialler/.env.example": "VOXCORE_SECRET=\n",
  "media/.env.example": "A=1\n",
  "agent/.env.example": "# @derive=hkdf(JWT_SECRET, purpose=api-server)\nAPI_SERVER_KEY=\n",
  "console/.env.example": "VITE_API_URL=\n",
};

function read(text: string, environment?: string): ManifestResult {
  return readManifest(text, "keyturn.yaml", {
    ...(environment === undefined ? {} : { environment }),
    readText: (path) => contracts[path],
  });
}

function platform(text: string, environment?: string): Platform {
  const { platform: found, findings } = read(text, environment);
  if (found === undefined) throw new Error(JSON.stringify(findings, undefined, 1));
  return found;
}

function said(text: string, environment?: string): readonly string[] {
  return read(text, environment).findings.map(({ position, message }) => {
    return `${position?.file}:${position?.line}:${position?.column} ${message}`;
  });
}

const small = [
  "platform: p",
  "environments:",
  "  prod: { hosts: { app1: {}, app2: {} } }",
  "services:",
  "  backend:",
  "    contract: backend/.env.example",
  "    runtime: systemd",
  "    hosts: [app1]",
  "    file: /opt/b/.env",
  "    owner: b",
  "    unit: b.service",
  "",
].join("\n");

describe("the example in docs/manifest.md", () => {
  test("is read in each of its environments", () => {
    expect(listEnvironments(example, "keyturn.yaml")).toEqual(["local", "production"]);
    for (const name of ["local", "production"]) expect(read(example, name).findings).toEqual([]);
  });

  test("in production is the platform it describes", () => {
    const found = platform(example, "production");
    expect(found.environment).toEqual({ name: "production", production: true });
    expect(found.services.map(({ name, order }) => [name, order])).toEqual([
      ["backend", 10],
      ["media", 10],
      ["agent", 10],
      ["console", 10],
      ["fleet", 20],
      ["dialler", 30],
    ]);
    expect(found.waves).toEqual({ sizes: [1, "rest"], soak: 5000 });
    expect(found.freeze).toEqual([{ days: [5, 6], from: 1080, until: 480, reason: "weekend traffic" }]);
    expect(found.hosts.find((host) => host.name === "fleet1")).toEqual({
      name: "fleet1",
      connection: { kind: "ssh", address: "deploy@10.0.0.5", config: "./ssh_config" },
      excluded: false,
    });
    expect(found.hosts.filter((host) => host.excluded).map((host) => host.name)).toEqual(["fleet2"]);
    const backend = found.services.find((service) => service.name === "backend");
    expect(backend?.prepare).toEqual([
      { command: ["git", "-C", "/opt/voxbridge/code", "pull", "--ff-only"], as: "deploy" },
      { command: ["npm", "ci"], as: "service", directory: "/opt/voxbridge/code" },
    ]);
    const fleet = found.services.find((service) => service.name === "fleet");
    expect(fleet?.runtime).toMatchObject({ unit: "voxcore@.service", instances: ["1", "2", "3"] });
    const agent = found.services.find((service) => service.name === "agent");
    expect(agent?.perUser).toEqual({ port: 8080, maxUnavailable: 5, surfaces: ["voice", "chat"] });
    expect(agent?.runtime).toMatchObject({
      image: "registry.example.com/agent:1.4",
      memory: 512 * 1024 ** 2,
      cpus: 0.5,
    });
    expect(fleet?.drain).toMatchObject({ by: { kind: "signal", signal: "SIGTERM" }, limit: 30_000 });
    expect(fleet?.health).toEqual([
      {
        kind: "http",
        url: "http://127.0.0.1:910%i/health/fleet",
        from: "host",
        timeout: 1000,
        deadline: 20_000,
        status: 200,
        release: "release",
      },
      { kind: "tcp", address: "127.0.0.1", port: "910%i", from: "host", deadline: 30_000 },
    ]);
  });

  test("locally runs processes on the only host, without what belongs to other machines", () => {
    const found = platform(example, "local");
    expect(found.services.map((service) => service.name)).toEqual(["backend", "fleet", "dialler"]);
    expect(found.services.every((service) => service.hosts.join() === "here" && service.prepare.length === 0)).toBe(
      true,
    );
    expect(found.services[1]?.runtime).toEqual({
      kind: "process",
      command: ["node", "src/main.ts"],
      directory: "fleet",
      instances: ["1", "2", "3"],
      instanceEnvironment: { VOXCORE_INSTANCE: "%i" },
    });
  });

  test("holds every field that a service may have", () => {
    const fields = [...manifestFields().matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1] ?? "");
    expect(fields.length).toBeGreaterThan(35);
    expect(
      fields.filter(
        (field) =>
          !new RegExp(`(?:^|[\\s{])${field}:`).test(example) && !/systemd|compose|docker|vite|process/.test(field),
      ),
    ).toEqual([]);
  });
});

test("docs/manifest.md lists the fields as the definition has them", () => {
  expect(/<!-- fields -->\n([\s\S]*?)<!-- \/fields -->/.exec(page)?.[1]).toBe(manifestFields());
});

test("schema/keyturn.schema.json is the definition", () => {
  const written: unknown = JSON.parse(readFileSync(join(root, "schema/keyturn.schema.json"), "utf8"));
  expect(written).toEqual(JSON.parse(JSON.stringify(manifestSchema())));
});

describe("when a secret is to be rotated", () => {
  const said = (rotate: string, over = "") => `platform: shop
services:
  api: { contract: .env.example, runtime: process, command: [node, main.js], directory: . }
environments: { local: { hosts: { here: local }${over} } }
secrets: { TOKEN: { rotate: ${rotate} } }
`;
  const read = (text: string) =>
    readManifest(text, "keyturn.yaml", { readText: () => "# @sensitive @generate=uuid\nTOKEN=\n" });
  const schedule = (text: string) => read(text).platform?.schedules.get("TOKEN");

  test("is an age, a window of the week, and who does it", () => {
    expect(schedule(said('{ every: 90d, window: "Sat,Sun 22:00-04:00 Europe/Berlin" }'))).toEqual({
      every: 90 * 24 * 3_600_000,
      by: "keyturn",
      window: { days: [6, 0], from: 22 * 60, until: 4 * 60, zone: "Europe/Berlin" },
    });
    expect(schedule(said('{ every: 12h, window: "Fri-Mon 00:00-24:00" }'))?.window).toEqual({
      days: [5, 6, 0, 1],
      from: 0,
      until: 24 * 60,
      zone: "UTC",
    });
    expect(schedule(said("{ every: 12w, by: person }"))).toEqual({ every: 84 * 24 * 3_600_000, by: "person" });
  });

  test("is said of several secrets, each of which a contract declares", () => {
    const text = said("{ every: 90d }").replace("secrets: {", "secrets: { OTHER: { rotate: { every: 1d } },");
    const readText = () => "# @sensitive @generate=uuid\nTOKEN=\n# @sensitive @generate=uuid\nOTHER=\n";
    const { platform, findings } = readManifest(text, "keyturn.yaml", { readText });
    expect([findings, [...(platform?.schedules.keys() ?? [])]]).toEqual([[], ["OTHER", "TOKEN"]]);
  });

  test("is refused where nothing makes a new value: a random one is no provider's key", () => {
    const readText = () => "# @sensitive\nTOKEN=\n";
    const found = (rotate: string) => readManifest(said(rotate), "keyturn.yaml", { readText });
    expect(found("{ every: 90d }").platform).toBeUndefined();
    expect(found("{ every: 90d }").findings).toMatchObject([
      { severity: "error", message: expect.stringContaining("nothing makes a new value"), position: { line: 5 } },
    ]);
    expect(found("{ every: 90d, by: person }").findings).toEqual([]);
    const issued = said("{ every: 90d }, issuer: { redis: { user: app, admin: TOKEN } }");
    expect(readManifest(issued, "keyturn.yaml", { readText }).findings).toEqual([]);
  });

  test("is said anew, or not at all, by an environment", () => {
    const base = "{ every: 90d }";
    expect(schedule(said(base, ", secrets: { TOKEN: { rotate: { every: 1d } } }"))?.every).toBe(24 * 3_600_000);
    expect(schedule(said(base, ", secrets: { TOKEN: false }"))).toBeUndefined();
  });

  test.each([
    ["{ every: 90 }", "secrets.TOKEN.rotate.every: expected an age as 90d, 12w or 12h"],
    ["{ every: 90y }", "secrets.TOKEN.rotate.every: expected an age as 90d, 12w or 12h"],
    ["{ every: 0d }", "secrets.TOKEN.rotate.every: expected an age as 90d, 12w or 12h"],
    ["{ every: 90d, by: cron }", "secrets.TOKEN.rotate.by: expected keyturn or person"],
    ['{ every: 90d, window: "Sun 02:00-02:00" }', "secrets.TOKEN.rotate.window: expected a time of the week"],
    ['{ every: 90d, window: "Sunday 02:00-05:00" }', "secrets.TOKEN.rotate.window: expected a time of the week"],
    ['{ every: 90d, window: "Sun 02:00-05:00 Europe/Berlln" }', "secrets.TOKEN.rotate.window: expected a time of"],
    ['{ every: 90d, by: person, window: "02:00-05:00" }', "secrets.TOKEN.rotate.window: expected no window where"],
    ["{ evry: 90d }", 'unknown field "evry" in secrets.TOKEN.rotate, did you mean every?'],
  ])("%s is refused", (rotate, message) => {
    expect(
      read(said(rotate))
        .findings.map((finding) => finding.message)
        .join("\n"),
    ).toContain(message);
  });
});

describe("an error names its place and what was expected", () => {
  test.each([
    ["hosts: [app1]", "hosts: [app9]", "8:13 backend: app9 is no host of prod, did you mean app1?"],
    ["owner: b", "ownr: b", '10:5 unknown field "ownr" in services.backend, did you mean owner?'],
    [
      "owner: b",
      "owner: Root!",
      "10:12 services.backend.owner: expected a user of lower-case letters, digits, _ and -",
    ],
    ["    owner: b\n", "", "5:3 backend: owner is missing, systemd needs it"],
    [
      "unit: b.service",
      "unit: -b.service",
      "11:11 services.backend.unit: expected a unit as NAME.service or NAME@.service",
    ],
    [
      "unit: b.service",
      "unit: b@.service",
      "11:11 backend: instances is missing, the template b@.service needs their names",
    ],
    [
      "unit: b.service",
      "unit: b.service\n    instances: [a]",
      "11:11 backend: expected a template NAME@.service beside instances",
    ],
    [
      "file: /opt/b/.env",
      "file: /opt/../etc/x",
      "9:11 services.backend.file: expected an absolute path of letters, digits and ._@+- without . and ..",
    ],
    [
      "runtime: systemd",
      "runtime: systmd",
      "7:14 services.backend.runtime: expected systemd, compose, docker, vite or process",
    ],
    ["runtime: systemd", "runtime: systemd\n    publish: /var/x", "8:5 backend: publish means nothing to systemd"],
    ["contract: backend", "contract: bakend", "6:15 backend: there is no file bakend/.env.example"],
    ["platform: p\n", "", "1:1 platform is missing"],
    ["    hosts: [app1]\n", "", "5:3 backend: hosts is missing, and prod has not just one host"],
    ["owner: b", "owner: b\n    owner: c", "11:5 yaml: map keys must be unique"],
    ["owner: b", "owner: b\n    ? [a]\n    : c", "11:7 yaml: a key must be plain text"],
    [
      "owner: b",
      "owner: b\n    after: [bakend]",
      "11:13 backend: after names bakend, which is no service, did you mean backend?",
    ],
    ["owner: b", "owner: b\n    after: [backend]", "11:12 after goes in a circle: backend → backend"],
    [
      "owner: b",
      "owner: b\n    mode: 777",
      "11:11 services.backend.mode: expected a mode as 600, 640 or 400, for owner and group only",
    ],
    [
      "owner: b",
      "owner: b\n    values: { JWT_SECRET: abc }",
      "11:27 backend: JWT_SECRET is sensitive: its value belongs into the store",
    ],
    [
      "owner: b",
      "owner: b\n    values: { BACKEND_URI: x }",
      "11:15 backend: BACKEND_URI is not in backend/.env.example, did you mean BACKEND_URL?",
    ],
    [
      "owner: b",
      "owner: b\n    values: { PUBLIC_URL: '${A:-b}' }",
      "11:27 backend: PUBLIC_URL: expected ${NAME}, or $${ for the text ${",
    ],
    [
      "owner: b",
      "owner: b\n    prepare: ['a && b']",
      "11:15 backend: expected a command without shell signs (no shell runs it): quote &, or give a list",
    ],
    [
      "owner: b",
      "owner: b\n    health: ['http://10.0.0.1/']",
      "11:14 backend: expected http on a loopback address, or from: control for this URL",
    ],
    [
      "owner: b",
      "owner: b\n    health: ['http://u:p@127.0.0.1/']",
      "11:14 services.backend.health[0]: expected an http or https URL without user and password",
    ],
    [
      "owner: b",
      "owner: b\n    health: [{ http: 'http://127.0.0.1/', timout: 1s }]",
      '11:43 unknown field "timout" in services.backend.health[0], did you mean timeout?',
    ],
    [
      "owner: b",
      "owner: b\n    drain: { limit: soon }",
      "11:21 services.backend.drain.limit: expected a duration as 500ms, 2s, 1m or 1m30s",
    ],
    ["owner: b", "owner: b\n    drain: { limit: 1s }", "11:12 backend: drain: expected either signal or http"],
    [
      "owner: b",
      "owner: b\n    drain: { http: 'http://app1:80/drain', limit: 1s }",
      "11:20 backend: drain.http: expected http on a loopback address",
    ],
    [
      "owner: b",
      "owner: b\n    drain: { signal: SIGTERM, idle: { url: 'https://127.0.0.1/', field: busy }, limit: 1s }",
      "11:44 backend: drain.idle.url: expected http on a loopback address",
    ],
    [
      "owner: b",
      "owner: b\n    drain: { signal: SIGTERM, idle: { url: 'http://127.0.0.1/', field: a..b }, limit: 1s }",
      "11:72 services.backend.drain.idle.field: expected a field of the JSON answer, as busy or pool.busy",
    ],
    [
      "owner: b",
      "owner: b\n    drain: { signal: SIGUSR1, limit: 1s }",
      "11:12 backend: drain.idle is missing: nothing else tells what SIGUSR1 has emptied",
    ],
    [
      "owner: b",
      "owner: b\n    presents: [VOXCORE_SECERT]",
      "11:16 backend: presents names VOXCORE_SECERT, which backend/.env.example lacks, did you mean VOXCORE_SECRET?",
    ],
    [
      "hosts: { app1",
      "hosts: { -oProxyCommand=x: {}, app1",
      "3:20 environments.prod.hosts.-oProxyCommand=x: expected a host name of letters, digits, . and -",
    ],
    [
      "app2: {} }",
      "app2: { address: 'a b' } }",
      "3:47 environments.prod.hosts.app2.address: expected an address as host or user@host; port and key belong into the ssh configuration",
    ],
    [
      "app2: {} } }",
      "app2: {} }, exclude: [app3] }",
      "3:52 exclude names app3, which is no host of prod, did you mean app1?",
    ],
    ["app2: {} } }", "app2: {} }, waves: [rest, 1] }", "3:50 waves: rest can only be the last"],
  ])("%j as %j", (from, to, message) => {
    expect(small).toContain(from);
    expect(said(small.replace(from, () => to))).toEqual([`keyturn.yaml:${message}`]);
  });

  test("a misspelled field at the top is both: unknown and missing", () => {
    expect(said(small.replace("services:", "servcies:"))).toEqual([
      "keyturn.yaml:1:1 services is missing",
      'keyturn.yaml:4:1 unknown field "servcies", did you mean services?',
    ]);
  });

  test("all at once, not only the first", () => {
    const text = small
      .replace("owner: b", "ownr: b")
      .replace("unit: b.service", "unit: b")
      .replace("platform: p", "platform: P");
    expect(read(text).findings).toHaveLength(3);
    const later = small
      .replace("hosts: [app1]", "hosts: [app9]")
      .replace("    owner: b\n", "")
      .replace("contract: b", "contract: x");
    expect(read(later).findings).toHaveLength(3);
  });

  test.each([
    "http: http://10.0.0.1/",
    "http: http://127.0.0.1.example.org/",
    "http: https://127.0.0.1/",
    "tcp: 10.0.0.1:22",
    "tcp: example.org:22",
  ])("a host asks only itself: %s", (check) => {
    const text = small.replace("owner: b\n", `owner: b\n    health: [{ ${check} }]\n`);
    expect(said(text)).toEqual([expect.stringContaining("a loopback address, or from: control")]);
    expect(said(text.replace(" }]", ", from: control }]"))).toEqual([]);
  });

  test("a bundle is never looked for above its package", () => {
    const vite = small.replace("runtime: systemd", "runtime: vite\n    output: ../../etc");
    expect(said(vite)).toEqual([
      "keyturn.yaml:8:13 services.backend.output: expected a path inside the package's folder, of letters, digits and ._@+-",
    ]);
  });

  test("a manifest without environments says so", () => {
    expect(said("platform: p\nenvironments: {}\nservices: {}\n")).toEqual(["keyturn.yaml:2:1 environments holds none"]);
  });

  test("an unknown environment is named with those there are", () => {
    expect(said(small, "prd")).toEqual(["keyturn.yaml:2:1 there is no environment prd, did you mean prod?"]);
    const two = small.replace("environments:\n", "environments:\n  dev: { hosts: { app1: {} } }\n");
    expect(said(two)).toEqual(["keyturn.yaml:2:1 expected the name of an environment: dev, prod"]);
  });

  test("without a name it is the only one that is no production", () => {
    expect(platform(example).environment).toEqual({ name: "local", production: false });
  });

  test("two services can't have one file on one host", () => {
    const twin =
      small + small.slice(small.indexOf("  backend:")).replace("backend:", "twin:").replace("b.service", "t.service");
    expect(said(twin)).toEqual(["keyturn.yaml:12:3 twin: /opt/b/.env on app1 belongs to backend already"]);
  });

  test("what is wrong in a contract is found and takes nothing away", () => {
    const result = readManifest(small, "keyturn.yaml", { readText: () => "A=1\nbroken\n" });
    expect(result.platform?.services).toHaveLength(1);
    expect(result.findings).toMatchObject([
      { code: "not-an-assignment", position: { file: "backend/.env.example", line: 2 } },
    ]);
  });
});

describe("environments over services", () => {
  const scalar = fc.constantFrom("1s", "2s", "30s");
  const order = fc.integer({ min: 0, max: 99 });
  const values = fc.dictionary(fc.constantFrom("BACKEND_URL", "PUBLIC_URL"), fc.stringMatching(/^[a-z]{1,8}$/));
  const layer = fc.record(
    { order, values, drain: fc.record({ signal: fc.constant("SIGTERM"), limit: scalar }) },
    { requiredKeys: [] },
  );

  test("what the environment says wins, the rest stays, maps in depth", () => {
    fc.assert(
      fc.property(layer, layer, (base, over) => {
        const service = { contract: "backend/.env.example", runtime: "process", command: "node x", ...base };
        const text = JSON.stringify({
          platform: "p",
          environments: { dev: { hosts: { here: "local" }, services: { backend: over } } },
          services: { backend: service },
        });
        const [merged] = platform(text).services;
        expect(merged?.order).toBe(over.order ?? base.order ?? 10);
        const expected = { ...base.values, ...over.values };
        expect(Object.keys(merged?.values ?? {}).toSorted()).toEqual(Object.keys(expected).toSorted());
        for (const [name, value] of Object.entries(expected)) {
          expect(merged?.values[name]).toEqual([{ kind: "text", text: value }]);
        }
        const limit = over.drain?.limit ?? base.drain?.limit;
        expect(merged?.drain?.limit).toBe(limit === undefined ? undefined : Number.parseInt(limit, 10) * 1000);
      }),
    );
  });

  test("lists are replaced, and an error stands where the field was said", () => {
    const text = small.replace("app2: {} } }", "app2: {} }, services: { backend: { hosts: [app2] } } }");
    expect(platform(text).services[0]?.hosts).toEqual(["app2"]);
    expect(said(text.replace("[app2] }", "[app7] }"))[0]).toMatch(/^keyturn\.yaml:3:\d+ backend: app7 is no host/);
  });
});

test("any text gives a platform or a finding", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "platform: p\n",
      "services:\n",
      "  a: &x\n",
      "  b: *x\n",
      "environments: {",
      "}",
      "[",
      "- ",
      "&a [*a]",
      "!!js x",
      "__proto__: {}\n",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const result = read(pieces.join(""));
      expect(result.platform !== undefined || result.findings.length > 0).toBe(true);
    }),
  );
});

describe("a variable that is brought by a reload", () => {
  const reloaded = (text: string) =>
    readManifest(text, "keyturn.yaml", {
      readText: () => "# @restart=reload\nLOG_LEVEL=info\nJWT_SECRET=\n",
    });
  const withHealth = (health: string) => small.replace("owner: b", `owner: b\n    health: [${health}]`);

  test("needs a check that tells the release, from the host or from the control plane", () => {
    expect(reloaded(small).findings).toMatchObject([{ severity: "error", code: "reload-unproved" }]);
    expect(reloaded(withHealth("{ tcp: '127.0.0.1:80' }, 'http://127.0.0.1/'")).findings).toMatchObject([
      {
        message: expect.stringContaining("backend: LOG_LEVEL is reloaded"),
        hint: expect.stringContaining("@restart=restart"),
        position: { line: 11 },
      },
    ]);
    for (const from of ["host", "control"]) {
      const health = `{ http: 'http://127.0.0.1/', from: ${from}, release: state.release }`;
      expect(reloaded(withHealth(health)).findings).toEqual([]);
    }
  });

  test("is a matter of processes: a bundle has no reload", () => {
    const bundle = small.replace(
      / {4}runtime[^]*$/,
      "    runtime: vite\n    hosts: [app1]\n    directory: b\n    publish: /var/b\n    owner: b\n",
    );
    expect(reloaded(bundle).findings.filter(({ code }) => code === "reload-unproved")).toEqual([]);
  });
});

test("a drain says how an instance is emptied, and what its health path says then", () => {
  const drain = (text: string) => {
    const found = platform(small.replace("owner: b", `owner: b\n    drain: ${text}`));
    return found.services[0]?.drain;
  };
  expect(drain("{ signal: SIGTERM, limit: 30s }")).toEqual({
    by: { kind: "signal", signal: "SIGTERM" },
    limit: 30_000,
  });
  const idle = { url: "http://127.0.0.1/health", field: "pool.state", is: "drained" };
  expect(drain(`{ http: 'http://127.0.0.1/drain', idle: ${JSON.stringify(idle)}, limit: 1m }`)).toEqual({
    by: { kind: "http", url: "http://127.0.0.1/drain" },
    idle,
    limit: 60_000,
  });
});

describe("who makes the new value of a secret", () => {
  const asked = "secrets: { JWT_SECRET: { issuer: { redis: { user: app, admin: REDIS_ADMIN_URL } } } }\n";

  test("is said at the top, and an environment says it anew for itself", () => {
    expect([...platform(small + asked).issuers]).toEqual([
      ["JWT_SECRET", { kind: "redis", user: "app", admin: "REDIS_ADMIN_URL" }],
    ]);
    const here = (secrets: string): string =>
      (small + asked).replace("app2: {} } }", `app2: {} }, secrets: { JWT_SECRET: ${secrets} } }`);
    expect([...platform(here("false")).issuers]).toEqual([]);
    expect(platform(here("{ issuer: { redis: { user: other, admin: ADMIN } } }")).issuers.get("JWT_SECRET")).toEqual({
      kind: "redis",
      user: "other",
      admin: "ADMIN",
    });
  });

  test("is one, and a name like one that a contract declares is told", () => {
    expect(said(small + asked.replace("JWT_SECRET", "JWT_SECERT"))).toEqual([
      "keyturn.yaml:12:12 secrets names JWT_SECERT, which no contract of prod declares, did you mean JWT_SECRET?",
    ]);
    // what no service has may be made as well
    expect(said(small + asked.replace("JWT_SECRET", "GRAFANA_PASSWORD"))).toEqual([]);
    expect(said(`${small}secrets: { WIKI_PASSWORD: { rotate: { every: 90d, by: person } } }\n`)).toEqual([]);
    expect(said(`${small}secrets: { JWT_SECRET: { issuer: {} } }\n`)).toEqual([
      "keyturn.yaml:12:34 secrets.JWT_SECRET.issuer: expected one issuer",
    ]);
    for (const roles of ["", "roles: [a, a],", "roles: [a, b], role: c,"]) {
      expect(said(`${small}secrets: { JWT_SECRET: { issuer: { postgres: { ${roles} admin: A } } } }\n`)).toEqual([
        "keyturn.yaml:12:46 secrets.JWT_SECRET.issuer.postgres: expected two roles, or the one role",
      ]);
    }
  });

  test("is kept as text, and read again as it was", () => {
    const entries: readonly IssuerEntry[] = [
      { kind: "redis", user: "app", admin: "REDIS_ADMIN_URL" },
      { kind: "postgres", roles: ["app_a", "app_b"], admin: "PG_ADMIN_URL" },
      { kind: "postgres", role: "app", admin: "PG_ADMIN_URL" },
      { kind: "grafana", user: "admin", admin: "GRAFANA_URL" },
      { kind: "twilio", account: `AC${"0f".repeat(16)}` },
      { kind: "livekit" },
      { kind: "iam", user: "recorder", region: "us-east-1" },
      { kind: "iam", user: "recorder", region: "eu-west-1", endpoint: "https://gateway:8000", admin: "IAM_ADMIN" },
      { kind: "command", run: ["./tools/key", "make"], values: ["ADMIN"], overlap: false, timeout: 1500 },
    ];
    for (const entry of entries) expect(readIssuerText(issuerText(entry))).toEqual(entry);
    for (const text of ["", "{}", '{"redis":{}}', '{"redis":{"user":"a b","admin":"X"}}']) {
      expect(readIssuerText(text)).toBeUndefined();
    }
  });
});

describe("a pair", () => {
  const contract = (text: string) => ({ "api/.env.example": text });
  const both = "# @sensitive @required\nS3_KEY=\n# @sensitive @required\nS3_SECRET=\n";
  const manifestOf = (secrets: string, more = "") => `platform: shop
services:
  api: { contract: api/.env.example, runtime: process, command: [node], directory: api, hosts: [here]${more} }
environments: { local: { hosts: { here: local } } }
secrets: ${secrets}
`;
  const readPair = (secrets: string, { text = both, more = "" } = {}) =>
    readManifest(manifestOf(secrets, more), "keyturn.yaml", {
      readText: (path) => (contract(text) as Readonly<Record<string, string>>)[path],
    });

  test("is found by either of its names", () => {
    const { platform: found, findings } = readPair("{ S3_SECRET: { with: S3_KEY } }");
    expect(findings).toEqual([]);
    const pair = { name: "S3_SECRET", companion: "S3_KEY" };
    for (const name of ["S3_SECRET", "S3_KEY"]) expect(pairOf(found?.pairs ?? new Map(), name)).toEqual(pair);
    expect(pairOf(found?.pairs ?? new Map(), "OTHER")).toBeUndefined();
  });

  test.each([
    ["{ S3_SECRET: { with: S3_SECRET } }", "expected another name than its own"],
    [
      "{ S3_SECRET: { with: S3_KEY }, S3_KEY: { rotate: { every: 90d, by: person } } }",
      "what is said of both stands here alone",
    ],
    ["{ S3_SECRET: { with: S3_KEY }, OTHER: { with: S3_KEY } }", "S3_KEY is of another pair already"],
    ["{ S3_SECRET: { issuer: { livekit: {} } } }", "this issuer makes two values"],
    ["{ S3_SECRET: { with: S3_KEY, issuer: { redis: { user: app, admin: A } } } }", "this issuer makes one value"],
    ["{ S3_SECRET: { with: S3_KEY, rotate: { every: 90d } } }", "nothing makes a new value"],
  ])("is refused as %s", (secrets, reason) => {
    const { platform: found, findings } = readPair(secrets);
    expect(found).toBeUndefined();
    expect(findings.map(({ message }) => message).join("\n")).toContain(reason);
    expect(findings.find(({ severity }) => severity === "error")?.position?.line).toBe(5);
  });

  test.each([
    ["# @sensitive @required\nS3_SECRET=\n", "api asks for S3_SECRET and not for S3_KEY, which changes with it", 2],
    [
      "# @sensitive @required\nS3_KEY=\n# @sensitive @required @accepts=S3_SECRET_PREVIOUS\nS3_SECRET=\n",
      "api takes a second value of S3_SECRET that its other half has no place for",
      2,
    ],
  ])("is told where a contract has half of it: %s", (text, message, line) => {
    const { findings } = readPair("{ S3_SECRET: { with: S3_KEY } }", { text });
    expect(findings.filter(({ code }) => code === "pair-apart")).toEqual([
      expect.objectContaining({
        message,
        position: expect.objectContaining({ file: "api/.env.example", line }) as object,
      }),
    ]);
  });

  test("who holds it is said of the secret alone", () => {
    const { findings } = readPair("{ S3_SECRET: { with: S3_KEY } }", { more: ", verifies: [S3_KEY]" });
    expect(findings.map(({ message }) => message)).toContain(
      "api: S3_KEY goes with S3_SECRET: say of S3_SECRET who presents and verifies it",
    );
  });

  test("a map of keys needs one, and makes its service a verifier of it", () => {
    const text = "# @sensitive @required @derive=key-map(S3_KEY, S3_SECRET)\nKEYS=\n";
    const told = readPair("{}", { text }).findings;
    expect(told).toMatchObject([{ code: "pair-apart", position: { file: "api/.env.example" } }]);
    const { platform: found, findings } = readPair("{ S3_SECRET: { with: S3_KEY } }", {
      text,
      more: ', verifies: { S3_SECRET: { probe: { http: "http://127.0.0.1:7880/", as: livekit } } }',
    });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(found?.services[0]?.verifying.get("S3_SECRET")?.probe).toMatchObject({ as: "livekit", scheme: "Bearer" });
  });
});
