import type { Duplex } from "node:stream";
import { userService } from "#contract";
import { addressOf } from "#delivery";
import { AppError } from "#kernel";
import { demand } from "../authority.ts";
import type { Context } from "../context.ts";
import { loadDeployed } from "../deploy/deployed.ts";
import { userServiceOf, type RuntimeRequest } from "./runtime.ts";

/** A connection to a user's runtime, to whichever container serves now. NOT_FOUND, or HOST_UNREACHABLE while none does. */
export async function reachRuntime(context: Context, { user, service: name }: RuntimeRequest): Promise<Duplex> {
  demand(context, "operator");
  const { platform } = await loadDeployed(context);
  const { services } = (await context.loadPlatform()).platform;
  const base = userServiceOf({ ...platform, services }, name);
  const service = platform.services.find((one) => one.name === userService(base.name, user));
  const host = platform.hosts.find((one) => one.name === service?.hosts[0]);
  if (service?.user === undefined || host === undefined) {
    throw new AppError("NOT_FOUND", `no such user has a runtime of ${base.name}`, { hint: "create one first" });
  }
  return context.runtimes(host).reach(addressOf(service, host.name), service.user.port);
}
