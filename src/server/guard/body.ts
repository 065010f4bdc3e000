import type { MiddlewareHandler } from "hono";
import { AppError } from "#kernel";
import type { Env } from "../exchange.ts";
import { readRuntimePath } from "../runtime-path.ts";
import { isUpgrade } from "../upgrade.ts";

/** bytes; node keeps a body of that size as a whole */
const most = 1024 * 1024;
/** bytes; what goes on to a runtime is never kept */
export const mostRelayed = 64 * 1024 * 1024;

/**
 * By the length that is told, before anything of the body is read; node takes no byte beyond it. A body that doesn't tell
 * its length is refused: no client of an API like this one needs it, and proxies disagree about where such a body ends. One
 * that goes on to a runtime may come in chunks: whoever reads them counts.
 */
export const limitBody: MiddlewareHandler<Env> = async ({ req, env }, next) => {
  const relayed = readRuntimePath(req.url) !== undefined;
  const encoding = req.header("transfer-encoding");
  if (encoding !== undefined && !(relayed && encoding.toLowerCase() === "chunked")) {
    throw new AppError("REQUEST_INVALID", "the request's body doesn't tell its length", {
      hint: "send Content-Length",
    });
  }
  const length = Number(req.header("content-length") ?? 0);
  if (length > (relayed ? mostRelayed : most)) {
    throw new AppError("REQUEST_TOO_LARGE", "the request's body is too large");
  }
  if (isUpgrade(env.incoming) && (encoding !== undefined || length > 0)) {
    throw new AppError("REQUEST_INVALID", "a request that opens a WebSocket has no body");
  }
  await next();
};
