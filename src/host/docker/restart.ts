import { done, failed, unchanged } from "../answer.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { start } from "./change.ts";
import { isRunning, type Container } from "./container.ts";
import type { Containers } from "./look.ts";
import type { ContainerStream } from "./stream.ts";

/** The one that is to prove itself: the next one where there is one and it may run beside the present one. */
export function candidate({ address, current, next }: Containers): Container | undefined {
  return address.exclusive ? current : (next ?? current);
}

/** Starts what does not run; one that runs stays, for its environment would be the same again. */
export async function restart(
  { engine }: ContainerStream,
  containers: Containers,
  request: Extract<HostRequest, { kind: "restart" }>,
): Promise<HostAnswer> {
  if (request.action === "reload") {
    return failed(request, "refused", "a container can't be given another environment by a reload");
  }
  const container = candidate(containers);
  if (container === undefined) return failed(request, "unit-missing", "there is no such container");
  if (isRunning(container)) return unchanged(request);
  const trouble = await start(engine, container);
  return trouble === undefined ? done(request) : failed(request, trouble.reason, trouble.detail);
}
