import type { Clock } from "#kernel";
import type { Controller } from "../host.ts";
import type { Engine } from "./engine.ts";
import type { EngineWay } from "./way.ts";

/** One call of `perform`. */
export interface ContainerStream {
  readonly engine: Engine;
  readonly way: EngineWay;
  readonly controller: Controller;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}
