import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readManifest, type Service } from "#contract";
import { openSshHost, type Host } from "#host";
import { Sensitive, systemClock } from "#kernel";
import {
  probeSecret,
  quietFor,
  readCallReport,
  readSecretReport,
  verifyingOf,
  presentingOf,
  type Reading,
} from "#verification";
import { startSshd, type SshServer } from "../host/sshd.ts";
import { startPresenter, startVerifier, type Presenter, type SecretService } from "./secret-service.ts";

const [before, after] = ["value-of-r6", "value-of-r7"];
let sshd: SshServer;
let host: Host;
let verifier: SecretService;
let presenter: Presenter;
let services: Readonly<Record<string, Service>>;

beforeAll(async () => {
  sshd = await startSshd();
  const { address, config, environment } = sshd;
  host = openSshHost({ name: "box1", address, config, environment });
  verifier = await startVerifier({ current: after, previous: before });
  presenter = await startPresenter(`${verifier.url}/attach`, before);
  services = read(new URL(verifier.url).port, new URL(presenter.url).port);
});

afterAll(async () => {
  await host.close();
  await presenter.close();
  await verifier.close();
  await sshd.stop();
});

/** The last digit of each port is the instance's name. */
function read(hub: string, caller: string): Readonly<Record<string, Service>> {
  const url = (port: string) => `http://127.0.0.1:${port.slice(0, -1)}%i`;
  const service = (name: string, instance: string, held: object) => {
    return {
      contract: `${name}.env`,
      runtime: "systemd",
      file: `/opt/${name}/.env`,
      owner: name,
      unit: `${name}@.service`,
      instances: [instance],
      ...held,
    };
  };
  const probe = { http: `${url(hub)}/attach`, body: '{"call":"probe"}' };
  const text = JSON.stringify({
    platform: "p",
    environments: { prod: { hosts: { box1: null } } },
    services: {
      hub: service("hub", hub.slice(-1), { verifies: { TOKEN: { probe, report: `${url(hub)}/health/secrets` } } }),
      caller: service("caller", caller.slice(-1), {
        presents: { TOKEN: { report: `${url(caller)}/health/attaches` } },
      }),
    },
  });
  const { platform, findings } = readManifest(text, "keyturn.yaml", { readText: () => "TOKEN=\n" });
  if (platform === undefined) throw new Error(JSON.stringify(findings));
  return Object.fromEntries(platform.services.map((read_) => [read_.name, read_]));
}

function held(name: "hub" | "caller") {
  const { port } = new URL(name === "hub" ? verifier.url : presenter.url);
  return { secret: "TOKEN", host: "box1", instance: port.slice(-1) };
}

describe("services on a machine behind sshd, by the addresses of a manifest", () => {
  const probe = (value: string) => {
    const probing = services["hub"] === undefined ? undefined : verifyingOf(services["hub"], held("hub"))?.probe;
    if (probing === undefined) throw new Error("no probe");
    return probeSecret({ probe: probing, host, value: Sensitive.of(value), clock: systemClock });
  };
  const report = async () => {
    const place = services["hub"] === undefined ? undefined : verifyingOf(services["hub"], held("hub"))?.report;
    if (place === undefined) throw new Error("no report");
    const asked = performance.now();
    const result = await readSecretReport({ report: place, host, secret: "TOKEN" });
    if (result.kind !== "read") throw new Error(result.detail);
    return { asked, answered: performance.now(), ...result.report };
  };

  test("accept the new value and the one before, and refuse any other", async () => {
    verifier.busy = 1;
    expect(await probe(after)).toEqual({ kind: "passed" });
    expect(await probe(before)).toEqual({ kind: "passed" });
    expect(await probe("value-of-nobody")).toEqual({ kind: "refused", status: 401 });
  });

  test("tell when the old value is seen no more", async () => {
    const readings: Reading[] = [];
    const read_ = async () => {
      const { asked, answered, previous, since } = await report();
      readings.push({ instance: "hub@box1", asked, answered, count: previous.count, since });
    };
    await read_();
    await presenter.call();
    await read_();
    await presenter.call();
    const switched = performance.now();
    presenter.present(after);
    for (const _ of [1, 2, 3]) {
      await presenter.call();
      await read_();
    }
    const quiet = quietFor(readings).get("hub@box1");
    expect(readings.map(({ count }) => count - (readings[0]?.count ?? 0))).toEqual([0, 1, 2, 2, 2]);
    expect(quiet?.since).toBe(readings[2]?.answered);
    expect(quiet?.since).toBeGreaterThan(switched);
    expect(quiet?.until).toBe(readings[4]?.asked);
  });

  test("tell how the presenter's calls went", async () => {
    const { report: place } = (services["caller"] && presentingOf(services["caller"], held("caller"))) ?? {};
    if (place === undefined) throw new Error("no report");
    presenter.present("value-of-nobody");
    await presenter.call();
    const result = await readCallReport({ report: place, host });
    expect(result).toMatchObject({ kind: "read", report: { refused: 1, broken: 0 } });
    if (result.kind === "read") expect(result.report.attached).toBeGreaterThan(0);
  });
});
