import type { Sensitive } from "#kernel";
import type { ContainerAddress } from "../address.ts";
import type { FailureReason } from "../request.ts";
import type { Container } from "./container.ts";
import { createBody, entriesOf, seconds } from "./create-body.ts";
import { complaintOf, unexpected, type Engine, type EngineAnswer } from "./engine.ts";
import type { Mark } from "./label.ts";

/** Why the engine did not do what was asked, where that is the container's fault. */
export interface Trouble {
  readonly reason: FailureReason;
  readonly detail: string;
}

export interface Creation {
  readonly name: string;
  readonly address: ContainerAddress;
  readonly environment: Sensitive;
  readonly mark: Mark;
}

export async function create(engine: Engine, creation: Creation): Promise<Trouble | undefined> {
  const { name, address, environment, mark } = creation;
  const body = createBody(address, environment, mark);
  const answer = await engine.call("POST", `/containers/create?name=${name}`, { body });
  if (answer.status === 201) return undefined;
  if (answer.status === 404) {
    const detail = `the image ${address.image} is not on ${engine.host}: pull or load it there, or mend its name`;
    return { reason: "failed", detail };
  }
  const said = harmless(complaintOf(answer), environment);
  return { reason: "refused", detail: `the engine did not make the container${said}` };
}

export async function start(engine: Engine, container: Container): Promise<Trouble | undefined> {
  const answer = await engine.call("POST", `/containers/${container.id}/start`);
  if (answer.status === 204 || answer.status === 304) return undefined;
  if (answer.status === 404 && !(await isThere(engine, container))) {
    return { reason: "unit-missing", detail: "the container is gone" };
  }
  const said = harmless(complaintOf(answer), container.environment);
  return { reason: "start-failed", detail: `the engine did not start the container${said}` };
}

/** From now on the engine starts it again by itself as its address says; before, it would hide how a container ended. */
export async function keepUp(engine: Engine, container: Container, { restart }: ContainerAddress): Promise<void> {
  if (container.restartPolicy !== restart) await setRestart(engine, container, restart);
}

/** SIGTERM, then SIGKILL. It stays as it is, and no policy of its own starts it again together with the engine. */
export async function stop(engine: Engine, container: Container, limit: number): Promise<void> {
  if (container.restartPolicy !== "no") await setRestart(engine, container, "no");
  // also one that did not run when it was looked at: an engine that has just come up may have started it since
  const path = `/containers/${container.id}/stop?t=${seconds(limit)}`;
  const answer = await engine.call("POST", path, { limit: limit + 30_000 });
  demand(engine, answer, [204, 304, 404], "the stop of a container");
}

/** With what it wrote inside itself; named volumes stay. */
export async function remove(engine: Engine, container: Container, limit: number): Promise<void> {
  await stop(engine, container, limit);
  const answer = await engine.call("DELETE", `/containers/${container.id}?force=true&v=true`);
  demand(engine, answer, [204, 404], "the removal of a container");
}

export async function rename(engine: Engine, container: Container, name: string): Promise<void> {
  const answer = await engine.call("POST", `/containers/${container.id}/rename?name=${name}`);
  demand(engine, answer, [204], "the renaming of a container");
}

/** False when it does not run any more. */
export async function signal(engine: Engine, container: Container, name: string): Promise<boolean> {
  const answer = await engine.call("POST", `/containers/${container.id}/kill?signal=${name}`);
  return answer.status === 204;
}

async function setRestart(engine: Engine, { id }: Container, policy: string): Promise<void> {
  const answer = await engine.call("POST", `/containers/${id}/update`, { body: { RestartPolicy: { Name: policy } } });
  demand(engine, answer, [200, 404], "the change of a restart policy");
}

/** A start's 404 may be about a network that is gone. */
async function isThere(engine: Engine, { id }: Container): Promise<boolean> {
  return (await engine.call("GET", `/containers/${id}/json`)).status === 200;
}

function demand(engine: Engine, answer: EngineAnswer, statuses: readonly number[], call: string): void {
  if (!statuses.includes(answer.status)) throw unexpected(engine.host, answer, call);
}

/** What the engine says, unless a value is in it: it quotes what it does not understand. */
function harmless(said: string, environment: Sensitive): string {
  const values = entriesOf(environment).map((entry) => entry.slice(entry.indexOf("=") + 1));
  const quoted = values.some((value) => value.length >= shortest && said.includes(value));
  return said === "" || quoted ? "" : ` (${said})`;
}

/** Anything shorter stands in any sentence. */
const shortest = 4;
