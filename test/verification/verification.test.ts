import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createTcp, type Server } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HealthCheck, Service } from "#contract";
import { AppError, systemClock } from "#kernel";
import { checkOnce, checksOf, healthOf, passGate } from "#verification";
import { createFakeHost } from "../../src/host/fake.ts";

describe("checks of an instance", () => {
  test("are told apart by where they are made, with instance and host filled in, under the longest deadline", () => {
    const health: readonly HealthCheck[] = [
      { kind: "http", url: "http://127.0.0.1:810%i/health", from: "host", timeout: 100, deadline: 1000, status: 200 },
      { kind: "http", url: "https://%h/%i", from: "control", timeout: 100, deadline: 4000, status: 204 },
      { kind: "tcp", address: "127.0.0.1", port: "90%i", from: "host", deadline: 2000 },
      { kind: "command", command: ["probe", "%h", "%i"], deadline: 3000 },
    ];
    expect(checksOf(serviceWith(health), "f1", "2")).toEqual({
      onHost: [
        { kind: "http", url: "http://127.0.0.1:8102/health", status: 200, timeout: 100 },
        { kind: "tcp", address: "127.0.0.1", port: 902 },
      ],
      fromControl: [{ kind: "http", url: "https://f1/2", status: 204, timeout: 100 }],
      commands: [{ command: ["probe", "f1", "2"] }],
      deadline: 4000,
    });
  });

  test("without any, an instance still has a deadline to come up", () => {
    expect(checksOf(serviceWith([]), "f1", "").deadline).toBeGreaterThan(0);
  });
});

describe("one look over HTTP", () => {
  test("passes with the status expected, and names the other one", async () => {
    const port = await http((_, response) => response.writeHead(204).end());
    expect(await look(port, 204)).toEqual({ kind: "passed" });
    expect(await look(port, 200)).toEqual({
      kind: "failed",
      detail: `http://127.0.0.1:${port}/ answered 204, expected 200`,
    });
  });

  test("does not follow a redirect", async () => {
    const port = await http((request, response) =>
      request.url === "/" ? response.writeHead(302, { location: "/fine" }).end() : response.writeHead(200).end(),
    );
    expect(await look(port, 200)).toMatchObject({ kind: "failed" });
    expect(await look(port, 302)).toEqual({ kind: "passed" });
  });

  test("gives up on a server that never answers", async () => {
    const port = await http(() => undefined);
    const start = performance.now();
    expect(await look(port, 200, 150)).toMatchObject({
      kind: "failed",
      detail: expect.stringContaining("did not answer"),
    });
    expect(performance.now() - start).toBeLessThan(1500);
  });

  test("says that nobody listens", async () => {
    expect(await look(await freePort(), 200)).toMatchObject({
      kind: "failed",
      detail: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("one look over TCP", () => {
  test("passes where someone listens, and says where nobody does", async () => {
    const port = await listening(createTcp((socket) => void socket.destroy()));
    const tcp = (at: number) => checkOnce({ kind: "tcp", address: "127.0.0.1", port: at, timeout: 500 }, 500);
    expect(await tcp(port)).toEqual({ kind: "passed" });
    expect(await tcp(await freePort())).toMatchObject({
      kind: "failed",
      detail: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("a port that is none fails and does not throw", async () => {
    const check = { kind: "tcp", address: "127.0.0.1", port: Number("90x"), timeout: 500 } as const;
    expect(await checkOnce(check, 500)).toMatchObject({ kind: "failed" });
  });
});

describe("a gate", () => {
  const control = (port: number, deadline: number): HealthCheck => ({
    kind: "http",
    url: `http://127.0.0.1:${port}/%i`,
    from: "control",
    timeout: 100,
    deadline,
    status: 200,
  });

  test("waits for a service that needs a moment", async () => {
    let asked = 0;
    const port = await http((_, response) => response.writeHead((asked += 1) < 3 ? 503 : 200).end());
    expect(await gate([control(port, 5000)])).toEqual({ kind: "passed" });
    expect(asked).toBe(3);
  });

  test("ends at its deadline, with the last failure", async () => {
    const port = await http((_, response) => response.writeHead(503).end());
    const start = performance.now();
    expect(await gate([control(port, 500)])).toMatchObject({ kind: "failed", detail: expect.stringContaining("503") });
    expect(performance.now() - start).toBeLessThan(1500);
  });

  test("holds one that hangs to the same deadline", async () => {
    const port = await http(() => undefined);
    const start = performance.now();
    expect(await gate([control(port, 400)])).toMatchObject({ kind: "failed" });
    expect(performance.now() - start).toBeLessThan(1500);
  });

  test("waits for the release that was given, where a check says which field tells it", async () => {
    let asked = 0;
    const port = await http((_, response) => {
      asked += 1;
      response.end(JSON.stringify({ state: { release: asked < 3 ? "r1" : "r2" } }));
    });
    const ask = (deadline: number, release: string) => {
      const service = serviceWith([{ ...control(port, deadline), release: "state.release" } as HealthCheck]);
      const host = createFakeHost({ name: "h" });
      return passGate({ service, host, instances: [""], clock: systemClock, release });
    };
    expect(await ask(5000, "r2")).toEqual({ kind: "passed" });
    expect(asked).toBe(3);
    expect(await ask(300, "r3")).toMatchObject({
      kind: "failed",
      detail: expect.stringContaining("reports r2, expected r3"),
    });
  });

  test("fails when one instance of several does", async () => {
    const port = await http((request, response) => response.writeHead(request.url === "/2" ? 500 : 200).end());
    expect(await gate([control(port, 300)], ["1", "2", "3"])).toMatchObject({
      kind: "failed",
      detail: expect.stringContaining("/2"),
    });
    expect(await gate([control(port, 300)], ["1", "3"])).toEqual({ kind: "passed" });
  });

  test("runs the manifest's commands on the host, and names the one that failed or hung", async () => {
    const check: HealthCheck = { kind: "command", command: ["probe", "%i"], deadline: 100 };
    const results = [{ kind: "exited", code: 0 }, { kind: "exited", code: 7 }, { kind: "timeout" }] as const;
    const ends = await Promise.all(
      results.map((result) =>
        passGate({ service: serviceWith([check]), host: hostThatRuns(result), instances: ["1"], clock: systemClock }),
      ),
    );
    expect(ends).toEqual([
      { kind: "passed" },
      { kind: "failed", detail: "probe ended with 7" },
      { kind: "failed", detail: "probe did not end in time" },
    ]);
  });
});

describe("the gate of a bundle", () => {
  test("asks the machine until what is published answers", async () => {
    const answers = ["503", "503", "200"];
    const asked: string[] = [];
    const host = createFakeHost({
      name: "app1",
      run: async (command, { onLine }) => {
        asked.push(command.at(-1) ?? "");
        onLine?.(answers[asked.length - 1] ?? "200");
        return { kind: "exited", code: 0 };
      },
    });
    expect(await passGate({ service: bundle(2000), host, instances: [""], clock: systemClock })).toEqual({
      kind: "passed",
    });
    expect(asked).toEqual(Array.from({ length: 3 }, () => "http://127.0.0.1:8088/"));
  });

  test("fails with what the machine said last", async () => {
    const host = createFakeHost({
      name: "app1",
      run: async (_, { onLine }) => {
        onLine?.("404");
        return { kind: "exited", code: 0 };
      },
    });
    expect(await passGate({ service: bundle(300), host, instances: [""], clock: systemClock })).toEqual({
      kind: "failed",
      detail: "http://127.0.0.1:8088/ answered 404, expected 200",
    });
  });
});

describe("health", () => {
  test("of this machine is looked at directly, once", async () => {
    const port = await http((_, response) => response.writeHead(200).end());
    const check: HealthCheck = {
      kind: "http",
      url: `http://127.0.0.1:${port}/`,
      from: "host",
      timeout: 500,
      deadline: 500,
      status: 200,
    };
    const host = createFakeHost({ name: "here" });
    const input = { host, instance: "", local: true };
    expect(await healthOf({ ...input, service: serviceWith([check]) })).toEqual({ kind: "healthy" });
    expect(await healthOf({ ...input, service: serviceWith([{ ...check, status: 204 }]) })).toMatchObject({
      kind: "unhealthy",
    });
    expect(await healthOf({ ...input, service: serviceWith([]) })).toEqual({ kind: "unchecked" });
  });

  test("of another machine is asked there, and a lost machine is unhealthy", async () => {
    const check: HealthCheck = { kind: "tcp", address: "127.0.0.1", port: "1", from: "host", deadline: 500 };
    const host = createFakeHost({
      name: "far",
      run: async () => {
        throw new AppError("HOST_UNREACHABLE", "far can't be reached");
      },
    });
    const health = await healthOf({ host, instance: "", local: false, service: serviceWith([check]) });
    expect(health).toEqual({ kind: "unhealthy", detail: "far can't be reached" });
  });
});

function look(port: number, status: number, timeout = 1000) {
  return checkOnce({ kind: "http", url: `http://127.0.0.1:${port}/`, status, timeout }, timeout);
}

function gate(health: readonly HealthCheck[], instances: readonly string[] = [""]) {
  const host = createFakeHost({ name: "here" });
  return passGate({ service: serviceWith(health), host, instances, clock: systemClock });
}

function bundle(deadline: number): Service {
  const url = "http://127.0.0.1:8088/";
  const [directory, output, publish, owner] = ["web", "dist", "/opt/web", "www-data"];
  const service = serviceWith([{ kind: "http", url, from: "host", timeout: 500, deadline, status: 200 }]);
  return { ...service, runtime: { kind: "vite", directory, output, publish, owner, group: owner, build: ["true"] } };
}

function hostThatRuns(result: { kind: "exited"; code: number } | { kind: "timeout" }) {
  return createFakeHost({ name: "here", run: async () => result });
}

function http(answer: RequestListener): Promise<number> {
  const server = createHttp(answer);
  onTestFinished(() => server.closeAllConnections());
  return listening(server);
}

function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createTcp();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function serviceWith(health: readonly HealthCheck[]): Service {
  return {
    name: "fleet",
    base: "fleet",
    position: { file: "keyturn.yaml", line: 1, column: 1 },
    contract: { file: ".env.example", variables: [], findings: [] },
    runtime: { kind: "process", command: ["x"], directory: "/", instances: [""], instanceEnvironment: {} },
    hosts: ["f1"],
    order: 1,
    values: {},
    health,
    prepare: [],
    presents: [],
    presenting: new Map(),
    verifies: [],
    verifying: new Map(),
  };
}
