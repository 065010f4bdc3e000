import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

export type Values = Readonly<Record<string, string>>;
export type ServiceName = "backend" | "fleet" | "dialler";

/** A real service as a child process with this environment and nothing of ours. */
export interface Running {
  readonly url: string;
  readonly process: ChildProcess;
  /** everything that it wrote so far */
  output(): string;
  /** ends it with SIGTERM and gives the exit code */
  stop(): Promise<number | null>;
}

/** A value for each secret of all three services, new at each call. */
export function secrets(): Values {
  const secret = () => randomBytes(24).toString("base64url");
  const names = ["JWT_SECRET", "VOXCORE_SECRET", "OPERATOR_PASSWORD", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"];
  const keys = ["DEEPGRAM_API_KEY", "OPENAI_API_KEY", "ELEVENLABS_API_KEY", "MINIO_ACCESS_KEY", "MINIO_SECRET_KEY"];
  return {
    ...Object.fromEntries([...names, ...keys].map((name) => [name, secret()])),
    OPERATOR_EMAIL: "operator@voxbridge.test",
    MONGODB_URI: `mongodb://voxbridge:${secret()}@db1:27017,db2:27017/`,
    // nothing listens on the discard port
    REDIS_URL: `redis://:${secret()}@127.0.0.1:9/0`,
    MINIO_ENDPOINT: "http://127.0.0.1:9000",
    LIVEKIT_URL: "ws://127.0.0.1:7880",
    BACKEND_URL: "http://127.0.0.1:9",
    VOXCORE_WORKERS: "http://127.0.0.1:9",
    HOST: "127.0.0.1",
    LOG_LEVEL: "debug",
  };
}

export function startBackend(values: Values, port?: number): Promise<Running> {
  return start({ ...voxbridge("backend"), values, listenOn: (port) => ({ PORT: String(port) }) }, port);
}

export function startWorker(values: Values, port?: number): Promise<Running> {
  // the instance number is taken off again: any free port will do
  const listenOn = (port: number) => ({ VOXCORE_INSTANCE: "7", VOXCORE_BASE_PORT: String(port - 7) });
  return start({ ...voxbridge("fleet"), health: "/health/fleet", values, listenOn }, port);
}

export function startDialler(values: Values): Promise<Running> {
  return start({ ...voxbridge("dialler"), values, listenOn: (port) => ({ PORT: String(port) }) });
}

/** Runs a service that is expected to end by itself. */
export async function runToEnd(name: ServiceName, values: Values): Promise<{ code: number | null; output: string }> {
  const { child, output } = launch(voxbridge(name).main, values);
  await once(child, "close");
  return { code: child.exitCode, output: output() };
}

export async function getJson(url: string, headers: Values = {}): Promise<{ status: number; body: unknown }> {
  return readAnswer(await fetch(url, { headers }));
}

export async function postJson(
  url: string,
  body: Readonly<Record<string, unknown>>,
  headers: Values = {},
): Promise<{ status: number; body: unknown }> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
  return readAnswer(await fetch(url, { ...init, body: JSON.stringify(body) }));
}

/** Looks again until it holds; the test's own time limit ends it otherwise. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 25));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A service of any of the platforms, by its main file below `examples/`. */
export interface Start {
  readonly main: string;
  readonly health: string;
  readonly values: Values;
  readonly listenOn: (port: number) => Values;
}

export async function start({ main, health, values, listenOn }: Start, given?: number): Promise<Running> {
  const port = given ?? (await freePort());
  const { child, output } = launch(main, { ...values, ...listenOn(port) });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${main} ended: ${output()}`);
    return fetch(url + health).then(
      (answer) => answer.ok,
      () => false,
    );
  });
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "close");
    }
    return child.exitCode;
  };
  return { url, process: child, output, stop };
}

function voxbridge(name: ServiceName): Pick<Start, "main" | "health"> {
  return { main: `voxbridge/${name}/src/main.ts`, health: "/health" };
}

function launch(main: string, values: Values): { child: ChildProcess; output: () => string } {
  let text = "";
  const child = spawn(process.execPath, [`${root}examples/${main}`], {
    env: { ...values },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { child, output: () => text };
}

async function readAnswer(answer: Response): Promise<{ status: number; body: unknown }> {
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}
