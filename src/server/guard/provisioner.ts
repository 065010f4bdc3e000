import type { MiddlewareHandler } from "hono";
import { AppError, Sensitive } from "#kernel";
import { isProvisioner, provisioner } from "#operation";
import type { Env } from "../exchange.ts";
import type { Installation } from "../installation.ts";

/**
 * Below /v1/internal the platform's own services call, with the secret that the store gives them as
 * PROVISIONER_INTERNAL_TOKEN; nobody else, and with nothing else. LOGIN_NEEDED otherwise.
 */
export function knowProvisioner({ visit }: Installation): MiddlewareHandler<Env> {
  return async (exchange, next) => {
    const [, secret] = /^Bearer ([\x21-\x7e]{1,1000})$/i.exec(exchange.req.header("authorization") ?? "") ?? [];
    if (secret === undefined) throw nobody();
    const visited = visit(provisioner);
    try {
      if (!(await isProvisioner(visited.context, Sensitive.of(secret)))) throw nobody();
    } finally {
      await visited.close();
    }
    exchange.set("caller", provisioner);
    await next();
  };
}

function nobody(): AppError {
  return new AppError("LOGIN_NEEDED", "this is for the platform's own services", {
    hint: "send PROVISIONER_INTERNAL_TOKEN as bearer",
  });
}
