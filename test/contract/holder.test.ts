import { describe, expect, test } from "vitest";
import { expandRuntimes, readManifest, type ManifestResult, type Service } from "#contract";

const secret = "http://127.0.0.1:810%i";

/** A verifier `hub`, one that verifies and presents, `worker`, and a presenter, `caller`. */
function read(said: Readonly<Record<string, string>>, hub = "verifies: [TOKEN]"): ManifestResult {
  const service = (name: string, lines: readonly string[]): readonly string[] => [
    `  ${name}:`,
    "    contract: .env.example",
    "    runtime: process",
    "    command: node x",
    ...lines.map((line) => `    ${line}`),
  ];
  const text = [
    "platform: p",
    "environments:",
    "  dev: { hosts: { here: local }, services: { spare: false } }",
    "services:",
    ...service("hub", [hub]),
    ...service("worker", [said["worker"] ?? "verifies: [TOKEN]"]),
    ...service("caller", [said["caller"] ?? "presents: [TOKEN]"]),
    ...service("spare", ["verifies: [TOKEN]"]),
    "",
  ].join("\n");
  return readManifest(text, "keyturn.yaml", { readText: () => "TOKEN=\nOTHER=\n" });
}

function services(result: ManifestResult): Readonly<Record<string, Service>> {
  if (result.platform === undefined) throw new Error(JSON.stringify(result.findings));
  return Object.fromEntries(result.platform.services.map((service) => [service.name, service]));
}

function said({ findings }: ManifestResult): readonly string[] {
  return findings.map(({ position, message }) => `${position?.line}:${position?.column} ${message}`);
}

describe("a list of names", () => {
  test("says the roles alone: a quiet time by default, and every other verifier", () => {
    const found = services(read({ worker: "verifies: [TOKEN]\n    presents: [TOKEN]" }));
    expect(found["hub"]).toMatchObject({ verifies: ["TOKEN"], presents: [] });
    expect(found["hub"]?.verifying.get("TOKEN")).toEqual({ quiet: 10_000 });
    expect(found["caller"]?.presenting.get("TOKEN")).toEqual({ to: ["hub", "worker"] });
    expect(found["worker"]?.presenting.get("TOKEN")).toEqual({ to: ["hub"] });
  });
});

describe("names with what is said of each", () => {
  test("a name with nothing behind it is as in a list", () => {
    const found = services(read({ caller: "presents: { TOKEN: }" }, "verifies: { TOKEN: , OTHER: {} }"));
    expect(found["hub"]?.verifies).toEqual(["TOKEN", "OTHER"]);
    expect(found["hub"]?.verifying.get("TOKEN")).toEqual({ quiet: 10_000 });
    expect(found["caller"]?.presents).toEqual(["TOKEN"]);
  });

  test("a probe of a URL alone is a GET with a bearer token", () => {
    const found = services(read({}, `verifies: { TOKEN: { probe: { http: "${secret}/attach" } } }`));
    expect(found["hub"]?.verifying.get("TOKEN")?.probe).toEqual({
      url: `${secret}/attach`,
      from: "host",
      method: "GET",
      header: "Authorization",
      scheme: "Bearer",
      refused: [401, 403],
      timeout: 2000,
      deadline: 20_000,
    });
  });

  test("with a body it is a POST, as JSON where it is JSON", () => {
    const probe = (fields: string) =>
      services(read({}, `verifies: { TOKEN: { probe: { http: "${secret}/", ${fields} } } }`))["hub"]?.verifying.get(
        "TOKEN",
      )?.probe;
    expect(probe(`body: '{"call":"probe"}'`)).toMatchObject({
      method: "POST",
      body: { text: '{"call":"probe"}', type: "application/json" },
    });
    expect(probe("body: call=probe")).toMatchObject({ method: "POST", body: { type: "text/plain" } });
    expect(probe("body: x, method: PUT")).toMatchObject({ method: "PUT" });
  });

  test("another header has no scheme, and a scheme of its own where one is said", () => {
    const probe = (fields: string) =>
      services(read({}, `verifies: { TOKEN: { probe: { http: "${secret}/", ${fields} } } }`))["hub"]?.verifying.get(
        "TOKEN",
      )?.probe;
    expect(probe("header: X-Token")).not.toHaveProperty("scheme");
    expect(probe("header: X-Token, scheme: Key")).toMatchObject({ header: "X-Token", scheme: "Key" });
    expect(probe("header: authorization")).toMatchObject({ scheme: "Bearer" });
    expect(probe("scheme: none")).not.toHaveProperty("scheme");
    expect(probe("passes: [204], refused: [400]")).toMatchObject({ passes: [204], refused: [400] });
  });

  test("a report is asked on the host, or from where Keyturn runs", () => {
    const { hub, caller } = services(
      read(
        { caller: 'presents: { TOKEN: { to: [hub], report: { http: "http://app1:8090/attaches", from: control } } }' },
        `verifies: { TOKEN: { report: "${secret}/secrets", quiet: 1m } }`,
      ),
    );
    expect(hub?.verifying.get("TOKEN")).toEqual({ report: { url: `${secret}/secrets`, from: "host" }, quiet: 60_000 });
    expect(caller?.presenting.get("TOKEN")).toEqual({
      to: ["hub"],
      report: { url: "http://app1:8090/attaches", from: "control" },
    });
  });

  test("one that is left out in this environment is presented nothing", () => {
    const found = services(read({ caller: "presents: { TOKEN: { to: [hub, spare] } }" }));
    expect(found["caller"]?.presenting.get("TOKEN")?.to).toEqual(["hub"]);
  });

  test("an environment adds to what the service says", () => {
    const text = JSON.stringify({
      platform: "p",
      environments: { dev: { hosts: { here: "local" }, services: { hub: { verifies: { TOKEN: { quiet: "1s" } } } } } },
      services: {
        hub: { contract: "c", runtime: "process", command: "node x", verifies: { TOKEN: { report: `${secret}/s` } } },
      },
    });
    const { hub } = services(readManifest(text, "keyturn.yaml", { readText: () => "TOKEN=\n" }));
    expect(hub?.verifying.get("TOKEN")).toEqual({ report: { url: `${secret}/s`, from: "host" }, quiet: 1000 });
  });

  test("of a user's runtime the addresses have its port and user", () => {
    const text = JSON.stringify({
      platform: "p",
      environments: { dev: { hosts: { here: "local" } } },
      services: {
        agent: {
          contract: "c",
          runtime: "process",
          command: "node x",
          "per-user": true,
          port: 9000,
          verifies: { TOKEN: { probe: { http: "http://127.0.0.1:%p/%u" }, report: "http://127.0.0.1:%p/s" } },
          presents: { TOKEN: { report: "http://127.0.0.1:%p/a" } },
        },
      },
    });
    const { platform } = readManifest(text, "keyturn.yaml", { readText: () => "TOKEN=\n" });
    if (platform === undefined) throw new Error("no platform");
    const [agent] = expandRuntimes(platform, [{ service: "agent", user: "alice", host: "here", seat: 2 }]).services;
    expect(agent?.verifying.get("TOKEN")).toMatchObject({
      probe: { url: "http://127.0.0.1:9002/alice" },
      report: { url: "http://127.0.0.1:9002/s" },
    });
    expect(agent?.presenting.get("TOKEN")?.report?.url).toBe("http://127.0.0.1:9002/a");
  });
});

describe("a probe from where Keyturn runs", () => {
  const read_ = (http: string, hosts: readonly string[] = ["app1"]) => {
    const probe = { http, from: "control" };
    const hub = { contract: "c", runtime: "systemd", file: "/o/e", owner: "h", unit: "h.service", hosts };
    const text = JSON.stringify({
      platform: "p",
      environments: { prod: { hosts: { app1: { address: "deploy@app1.example.org" }, app2: {}, here: "local" } } },
      services: { hub: { ...hub, verifies: { TOKEN: { probe } } } },
    });
    return readManifest(text, "keyturn.yaml", { readText: () => "TOKEN=\n" }).findings.map(({ code }) => code);
  };

  test.each(["http://app1:80/", "https://app1.example.org/attach", "http://%h:8080/"])(
    "is sent to its host: %s",
    (url) => {
      expect(read_(url)).toEqual([]);
    },
  );

  test.each([
    "http://app2/",
    "https://app1.example.org.evil.example/",
    "http://127.0.0.1/",
    "https://example.org/?app1",
  ])("and to nobody else: %s", (url) => {
    expect(read_(url)).toEqual(["probe-address"]);
  });

  test("may mean loopback where the service runs here", () => {
    expect(read_("http://127.0.0.1:80/", ["here"])).toEqual([]);
    expect(read_("http://[::1]:80/", ["here"])).toEqual([]);
  });
});

describe("an error names its place and what was expected", () => {
  const probe = (fields: string): string => `verifies: { TOKEN: { probe: { http: "http://127.0.0.1/", ${fields} } } }`;

  test.each([
    ["verifies: TOKEN", "9:15 services.hub.verifies: expected a list of names, or names with probe, report and quiet"],
    ["verifies: { TOKN: }", "9:17 hub: verifies names TOKN, which .env.example lacks, did you mean TOKEN?"],
    [
      "verifies: { TOKEN: { prob: 1 } }",
      '9:26 unknown field "prob" in services.hub.verifies.TOKEN, did you mean probe?',
    ],
    ["verifies: { TOKEN: { probe: {} } }", "9:33 services.hub.verifies.TOKEN.probe.http is missing"],
    [
      'verifies: { TOKEN: { probe: { http: "http://10.0.0.1/" } } }',
      "9:41 hub: expected http on a loopback address, or from: control for this URL",
    ],
    [
      'verifies: { TOKEN: { report: "https://127.0.0.1/" } }',
      "9:34 hub: expected http on a loopback address, or from: control for this URL",
    ],
    [
      probe("header: Host"),
      "9:70 services.hub.verifies.TOKEN.probe.header: expected a header's name as Authorization or X-Secret, and none that HTTP needs itself",
    ],
    [
      probe('header: "A: b"'),
      "9:70 services.hub.verifies.TOKEN.probe.header: expected a header's name as Authorization or X-Secret, and none that HTTP needs itself",
    ],
    [probe("method: BREW"), "9:70 services.hub.verifies.TOKEN.probe.method: expected GET, POST, PUT, PATCH or DELETE"],
    [
      'verifies: { TOKEN: { probe: { http: "https://evil.example/", from: control } } }',
      "9:41 hub: the probe sends the value there: expected a host of the service (here)",
    ],
    [probe("method: GET, body: x"), "9:81 hub: GET has no body"],
    [
      probe('body: \'{"t":"${TOKEN}"}\''),
      "9:68 hub: expected a body without references: the value goes into the header",
    ],
    [probe("passes: [200, 401]"), "9:70 hub: 401 can't mean both: accepted and refused"],
    [probe("refused: [42]"), "9:72 services.hub.verifies.TOKEN.probe.refused[0]: expected a status from 100 to 599"],
    [
      probe("deadline: soon"),
      "9:72 services.hub.verifies.TOKEN.probe.deadline: expected a duration as 500ms, 2s, 1m or 1m30s",
    ],
  ])("%s", (hub, message) => {
    expect(said(read({}, hub))).toEqual([message]);
  });

  test.each([
    ["presents: { TOKEN: { to: [hubb] } }", "presents TOKEN to hubb, which is no service, did you mean hub?"],
    ["presents: { OTHER: { to: [hub] } }", "hub does not say that it verifies OTHER"],
  ])("%s", (caller, message) => {
    expect(said(read({ caller }))).toEqual([expect.stringMatching(/^19:\d+ caller: /)]);
    expect(said(read({ caller }))[0]).toContain(message);
  });
});
