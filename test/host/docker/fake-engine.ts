import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { temporaryFolder } from "../fixture.ts";

/**
 * The endpoints of the Docker Engine API that are used, in memory and on a socket: a second implementation for machines
 * without Docker, which passes the same suite. Its containers do what the image of `agent-image.ts` does: they serve
 * `/health` at an address of their own on the loopback network, and `FATE` says how they end.
 */
export interface FakeEngine {
  readonly path: string;
  /** The calls behind the next `count` lose their connection, before the engine does them or just after. */
  loseAfter(count: number, when: "before" | "after"): void;
  /** Names of the containers, each with its state and what it was made with. */
  containers(): readonly string[];
  close(): void;
}

interface FakeContainer {
  readonly id: string;
  name: string;
  readonly body: CreateBody;
  status: "created" | "running" | "exited";
  exitCode: number;
  policy: string;
  startedAt: string;
  readonly address: string;
  server?: Server;
}

interface CreateBody {
  readonly Image: string;
  readonly Env: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly HostConfig: { readonly RestartPolicy: { readonly Name: string }; readonly NetworkMode?: string };
}

const never = "0001-01-01T00:00:00Z";
let addresses = 0;

export async function openFakeEngine(image: string): Promise<FakeEngine> {
  const folder = temporaryFolder();
  const path = join(folder, "docker.sock");
  const containers: FakeContainer[] = [];
  let left = Number.POSITIVE_INFINITY;
  let when: "before" | "after" = "before";
  const server = createServer((request, response) => {
    void readText(request).then(async (text) => {
      left -= 1;
      if (left < 0 && when === "before") return request.socket.destroy();
      const answer = await answerTo(containers, image, { method: request.method ?? "", url: request.url ?? "", text });
      if (left < 0) return request.socket.destroy();
      return say(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    loseAfter: (count, moment) => {
      left = count;
      when = moment;
    },
    containers: () =>
      containers
        .map(({ name, status, policy, body }) => `${name} ${status} ${policy} ${body.Env.toSorted().join(" ")}`)
        .toSorted(),
    close: () => {
      for (const container of containers) end(container, 137);
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Call {
  readonly method: string;
  readonly url: string;
  readonly text: string;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

async function answerTo(containers: FakeContainer[], image: string, { method, url, text }: Call): Promise<Answer> {
  const { pathname, searchParams } = new URL(url, "http://docker");
  const [, version, kind, word = "", verb = ""] = pathname.split("/");
  if (version !== "v1.41") return { status: 400, body: { message: "client version is too new" } };
  if (kind === "_ping") return { status: 200, body: "OK" };
  if (kind !== "containers") return { status: 404, body: { message: "page not found" } };
  if (word === "create")
    return create(containers, image, searchParams.get("name") ?? "", JSON.parse(text) as CreateBody);
  const found = containers.find(({ id, name }) => id === word || name === word);
  if (found === undefined) return { status: 404, body: { message: `No such container: ${word}` } };
  switch (`${method} ${verb}`) {
    case "GET json":
      return { status: 200, body: described(found) };
    case "POST start":
      return start(found);
    case "POST stop":
      if (found.status !== "running") return { status: 304 };
      end(found, 0);
      return { status: 204 };
    case "POST kill":
      if (found.status !== "running") return { status: 409, body: { message: "is not running" } };
      if (searchParams.get("signal") === "SIGTERM") end(found, 0);
      return { status: 204 };
    case "POST rename": {
      const name = searchParams.get("name") ?? "";
      if (containers.some((other) => other.name === name)) return { status: 409, body: { message: "is in use" } };
      found.name = name;
      return { status: 204 };
    }
    case "POST update":
      found.policy = (JSON.parse(text) as { RestartPolicy: { Name: string } }).RestartPolicy.Name;
      return { status: 200, body: { Warnings: null } };
    case "DELETE ":
      end(found, 137);
      containers.splice(containers.indexOf(found), 1);
      return { status: 204 };
    default:
      return { status: 404, body: { message: "page not found" } };
  }
}

function create(containers: FakeContainer[], image: string, name: string, body: CreateBody): Answer {
  if (body.Image !== image) return { status: 404, body: { message: `No such image: ${body.Image}` } };
  if (containers.some((other) => other.name === name)) return { status: 409, body: { message: "is in use" } };
  const id = randomBytes(32).toString("hex");
  const policy = body.HostConfig.RestartPolicy.Name;
  addresses += 1;
  // test files run in processes of their own, at the same time
  const address = `127.${1 + (process.pid % 254)}.${addresses >> 8}.${addresses & 255}`;
  containers.push({ id, name, body, status: "created", exitCode: 0, policy, startedAt: never, address });
  return { status: 201, body: { Id: id, Warnings: [] } };
}

async function start(container: FakeContainer): Promise<Answer> {
  if (container.status === "running") return { status: 304 };
  container.startedAt = new Date().toISOString();
  const variables = new Map(container.body.Env.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]));
  if (variables.get("FATE") === "unstartable") {
    const message = `OCI runtime create failed: ${variables.get("TOKEN")}: not found`;
    return { status: 400, body: { message } };
  }
  if (isToDie(variables)) {
    container.status = "exited";
    container.exitCode = 9;
    return { status: 204 };
  }
  container.status = "running";
  const release = variables.get("KEYTURN_RELEASE");
  const server = createServer((request, response) => {
    const known = request.url === "/health";
    say(response, known ? { status: 200, body: { release, busy: false } } : { status: 404 });
  });
  container.server = server;
  await new Promise<void>((resolve) => server.listen(8080, container.address, resolve));
  return { status: 204 };
}

/** `dies`, or `dies for alice and bob` where one of them is the user. */
function isToDie(variables: ReadonlyMap<string, string>): boolean {
  const [fate, , ...users] = (variables.get("FATE") ?? "").split(/[ ,]+/);
  return fate === "dies" && (users.length === 0 || users.includes(variables.get("AGENT_USER") ?? ""));
}

function end(container: FakeContainer, exitCode: number): void {
  if (container.status !== "running") return;
  container.status = "exited";
  container.exitCode = exitCode;
  container.server?.closeAllConnections();
  container.server?.close();
}

function described({ id, name, body, status, exitCode, policy, startedAt, address }: FakeContainer): unknown {
  const { NetworkMode = "default" } = body.HostConfig;
  return {
    Id: id,
    Name: `/${name}`,
    Created: new Date().toISOString(),
    State: {
      Status: status,
      ExitCode: exitCode,
      OOMKilled: false,
      Pid: status === "running" ? 4711 : 0,
      StartedAt: startedAt,
    },
    RestartCount: 0,
    HostConfig: { NetworkMode, RestartPolicy: { Name: policy } },
    Config: { Env: [...body.Env, "PATH=/bin"], Labels: body.Labels },
    NetworkSettings: {
      Networks: { [NetworkMode]: { IPAddress: status === "running" && NetworkMode !== "none" ? address : "" } },
    },
  };
}

function say(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
