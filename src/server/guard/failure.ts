import type { Hook } from "@hono/zod-openapi";
import type { Context as Exchange } from "hono";
import { HTTPException } from "hono/http-exception";
import { AppError, withoutPasted } from "#kernel";
import type { Env } from "../exchange.ts";
import { statusOf } from "./status.ts";

/** As `--json` tells it on the command line. What nobody foresaw keeps its text to itself: it may hold anything. */
export function failure(error: Error, exchange: Exchange<Env>): Response {
  const { code, data } = known(error);
  if (code === "LOGIN_NEEDED") exchange.header("www-authenticate", "Bearer");
  if (typeof data["retryAfter"] === "number") exchange.header("retry-after", String(data["retryAfter"]));
  // what is left of its body is not waited for
  if (code === "REQUEST_TOO_LARGE" || exchange.req.header("transfer-encoding") !== undefined) {
    exchange.header("connection", "close");
  }
  const text = JSON.stringify(toldFailure(error));
  exchange.header("content-type", "application/json");
  return exchange.body(withoutPasted(text, wordsOf(exchange.req.url)), statusOf(code));
}

/** The same of what failed behind an answer. */
export function toldFailure(error: Error) {
  const { code, message, hint, findings, data } = known(error);
  return { error: { code, message, hint, findings, ...data } };
}

function known(error: Error): AppError {
  return error instanceof AppError ? unlessUnknown(error) : unforeseen(error);
}

export function unknownPath(exchange: Exchange<Env>): Response {
  return failure(new AppError("NOT_FOUND", "there is nothing at this path", { hint: apiHint }), exchange);
}

/** Names the place and never what stood there, which may be a value in the wrong field. */
export const invalidInput: Hook<unknown, Env, string, unknown> = (result, exchange) => {
  if (result.success) return undefined;
  const places = result.error.issues.map(({ path, code }) => {
    const place = path.length === 0 ? result.target : `${result.target}.${path.join(".")}`;
    return code === "unrecognized_keys" ? `${place} has fields that nobody knows` : `${place} is not as it should be`;
  });
  return failure(new AppError("REQUEST_INVALID", [...new Set(places)].join("; ")), exchange);
};

/** Segments of the path and what is asked for: somebody may have pasted a value there. */
function wordsOf(address: string): readonly string[] {
  const { pathname, searchParams } = new URL(address);
  const segments = pathname.split("/").map((segment) => decoded(segment));
  return [...segments, ...[...searchParams].flat()];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const apiHint = "/v1/openapi.json lists what there is";

/** To who asks over the network an environment is a thing like others, and the manifest is fine. */
function unlessUnknown(error: AppError): AppError {
  const unknown = error.findings.find(({ code }) => code === "environment-unknown");
  return unknown === undefined
    ? error
    : new AppError("NOT_FOUND", unknown.message, { hint: "the manifest names them" });
}

function unforeseen(error: Error): AppError {
  if (error instanceof HTTPException && error.status < 500) {
    return new AppError("REQUEST_INVALID", "the request can't be read", { cause: error });
  }
  return new AppError("INTERNAL", "something failed that nobody foresaw", { cause: error });
}
