import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { readManifest, type Service } from "#contract";
import { Sensitive, systemClock } from "#kernel";
import { presentingOf, probeSecret, readCallReport, readSecretReport, verifyingOf } from "#verification";
import { dialHere } from "../../src/host/dial.ts";
import { createFakeHost } from "../../src/host/fake.ts";
import { postJson, secrets, startBackend, startDialler, startWorker, type Running, type Values } from "./platform.ts";

// three processes, one after the other
vi.setConfig({ testTimeout: 120_000 });

const folder = join(import.meta.dirname, "../../examples/voxbridge");
const secret = "VOXCORE_SECRET";

/** The services of an environment, as the example's manifest has them. */
function servicesOf(environment: string): ReadonlyMap<string, Service> {
  const readText = (path: string) => readFileSync(join(folder, path), "utf8");
  const { platform, findings } = readManifest(readText("keyturn.yaml"), "keyturn.yaml", { environment, readText });
  if (platform === undefined) throw new Error(JSON.stringify(findings));
  return new Map(platform.services.map((service) => [service.name, service]));
}

/** What the manifest says of an instance. */
function heldBy(services: ReadonlyMap<string, Service>, name: string, instance = "") {
  const service = services.get(name);
  if (service === undefined) throw new Error(`no service ${name}`);
  const held = { secret, host: "here", instance };
  return { verifying: verifyingOf(service, held), presenting: presentingOf(service, held) };
}

/** The machine on which this service listens where the manifest says. */
function machineOf({ url }: Running) {
  const port = Number(new URL(url).port);
  return createFakeHost({ name: "here", dial: ({ host }) => dialHere("here", { host, port }) });
}

test.each(["local", "production"])("each verifier and presenter is asked on its own port, in %s", (environment) => {
  const services = servicesOf(environment);
  const [backend, worker, dialler] = [
    heldBy(services, "backend"),
    heldBy(services, "fleet", "2"),
    heldBy(services, "dialler"),
  ];
  expect([backend, worker].map(({ verifying }) => [verifying?.probe?.url, verifying?.report?.url])).toEqual([
    ["http://127.0.0.1:8080/internal/settings", "http://127.0.0.1:8080/health/secrets"],
    ["http://127.0.0.1:8102/attach", "http://127.0.0.1:8102/health/secrets"],
  ]);
  expect(worker.presenting?.to).toEqual(["backend"]);
  expect(dialler.presenting).toEqual({
    to: ["backend", "fleet"],
    report: { url: "http://127.0.0.1:8090/health/attaches", from: "host" },
  });
});

test("the services answer the manifest's probes and reports as it says", async () => {
  const before = "the-value-before-this-one-0123";
  const values: Values = { ...secrets(), KEYTURN_RELEASE: "r7", VOXCORE_SECRET_PREVIOUS: before };
  const backend = await startBackend(values);
  const worker = await startWorker({ ...values, BACKEND_URL: backend.url });
  const dialler = await startDialler({ ...values, BACKEND_URL: backend.url, DIALLER_CALLS_PER_SECOND: "0" });
  const services = servicesOf("local");

  for (const [running, name] of [
    [backend, "backend"],
    [worker, "fleet"],
  ] as const) {
    const { probe, report } = heldBy(services, name, "1").verifying ?? {};
    if (probe === undefined || report === undefined) throw new Error(`${name} has no probe or no report`);
    const host = machineOf(running);
    const ask = (value: string) => probeSecret({ probe, host, value: Sensitive.of(value), clock: systemClock });
    expect(await ask(values[secret] ?? "")).toEqual({ kind: "passed" });
    expect(await ask(before)).toEqual({ kind: "passed" });
    expect(await ask("another-value")).toEqual({ kind: "refused", status: 401 });
    const told = await readSecretReport({ report, host, secret });
    expect(told).toMatchObject({
      kind: "read",
      report: { previous: { count: 1 }, refused: { count: 1 }, release: "r7" },
    });
  }

  // one with a call in hand is asked again, and refuses at once what it does not accept
  const { probe } = heldBy(services, "fleet", "1").verifying ?? {};
  if (probe === undefined) throw new Error("fleet has no probe");
  const header = { "x-voxcore-secret": values[secret] ?? "" };
  expect(await postJson(`${worker.url}/attach`, { durationMs: 1500 }, header)).toMatchObject({ status: 200 });
  const host = machineOf(worker);
  const ask = (value: string) => probeSecret({ probe, host, value: Sensitive.of(value), clock: systemClock });
  expect(await ask("another-value")).toEqual({ kind: "refused", status: 401 });
  expect(await ask(values[secret] ?? "")).toEqual({ kind: "passed" });

  const { report } = heldBy(services, "dialler").presenting ?? {};
  if (report === undefined) throw new Error("dialler has no report");
  expect(await readCallReport({ report, host: machineOf(dialler) })).toMatchObject({
    kind: "read",
    report: { attached: 0, retried: 0, refused: 0, broken: 0, slowestMs: 0 },
  });
});
