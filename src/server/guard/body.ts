import type { MiddlewareHandler } from "hono";
import { AppError } from "#kernel";

/** bytes */
const most = 1024 * 1024;

/**
 * By the length that is told, before anything of the body is read; node takes no byte beyond it. A body that doesn't tell
 * its length is refused: no client of an API like this one needs it, and proxies disagree about where such a body ends.
 */
export const limitBody: MiddlewareHandler = async ({ req }, next) => {
  if (req.header("transfer-encoding") !== undefined) {
    throw new AppError("REQUEST_INVALID", "the request's body doesn't tell its length", {
      hint: "send Content-Length",
    });
  }
  if (Number(req.header("content-length") ?? 0) > most) {
    throw new AppError("REQUEST_TOO_LARGE", "the request's body is too large");
  }
  await next();
};
