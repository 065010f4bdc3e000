import { Sensitive } from "#kernel";
import { markIn, type Mark } from "./label.ts";

/** A container as the engine tells it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** absent on one that is not ours */
  readonly mark?: Mark;
  /** what it was made with and its image adds, NUL-separated as the kernel shows it */
  readonly environment: Sensitive;
  readonly status: Status;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** of the image's own health check; undefined where it has none */
  readonly health?: "starting" | "healthy" | "unhealthy";
  /** how often the engine has started it again by itself */
  readonly restarts: number;
  readonly restartPolicy: string;
  readonly pid?: number;
  /** milliseconds since the epoch */
  readonly createdAt: number;
  readonly startedAt?: number;
  /** as the engine's machine sees it; undefined where it has none */
  readonly address?: string;
}

const statuses = ["created", "running", "paused", "restarting", "removing", "exited", "dead"] as const;
type Status = (typeof statuses)[number];

const healths = ["starting", "healthy", "unhealthy"] as const;

type Running = Container & { readonly status: "running" };

export function isRunning(container: Container | undefined): container is Running {
  return container?.status === "running";
}

/** Reads the engine's own description; undefined when it lacks what every container has. */
export function readContainer(text: string): Container | undefined {
  const found = fieldsOf(parsed(text));
  const [config, state] = [fieldsOf(found["Config"]), fieldsOf(found["State"])];
  const [id, name, created] = [textOf(found["Id"]), textOf(found["Name"]), timeOf(found["Created"])];
  const status = statuses.find((word) => word === state["Status"]);
  if (id === undefined || !/^[0-9a-f]{64}$/.test(id) || name === undefined) return undefined;
  if (status === undefined || created === undefined) return undefined;
  const mark = markIn(fieldsOf(config["Labels"]));
  const health = healths.find((word) => word === fieldsOf(state["Health"])["Status"]);
  const pid = numberOf(state["Pid"]);
  const startedAt = timeOf(state["StartedAt"]);
  const address = addressIn(found);
  return {
    id,
    name: name.replace(/^\//, ""),
    ...(mark === undefined ? {} : { mark }),
    environment: environmentIn(config["Env"]),
    status,
    exitCode: numberOf(state["ExitCode"]) ?? 0,
    outOfMemory: state["OOMKilled"] === true,
    ...(health === undefined ? {} : { health }),
    restarts: numberOf(found["RestartCount"]) ?? 0,
    restartPolicy: textOf(fieldsOf(fieldsOf(found["HostConfig"])["RestartPolicy"])["Name"]) ?? "no",
    ...(pid === undefined || pid === 0 ? {} : { pid }),
    createdAt: created,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(address === undefined ? {} : { address }),
  };
}

function environmentIn(entries: unknown): Sensitive {
  const texts = Array.isArray(entries) ? entries.filter((entry) => typeof entry === "string") : [];
  return Sensitive.of(texts.map((text) => `${text}\0`).join(""));
}

/** One that shares the machine's network has its loopback; of several networks the first one that has an address counts. */
function addressIn(found: Fields): string | undefined {
  if (fieldsOf(found["HostConfig"])["NetworkMode"] === "host") return "127.0.0.1";
  const networks = Object.values(fieldsOf(fieldsOf(found["NetworkSettings"])["Networks"])).map(fieldsOf);
  const addresses = networks.flatMap((network) => [network["IPAddress"], network["GlobalIPv6Address"]]);
  return addresses.map(textOf).find((address) => address !== undefined && /^[0-9a-f.:]{2,45}$/.test(address));
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** The year 1 stands for never. */
function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return time > 0 ? time : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the parser's message quotes the text, and values are in it
    return undefined;
  }
}
