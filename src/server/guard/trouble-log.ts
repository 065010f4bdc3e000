import type { Context as Exchange } from "hono";
import { AppError, isoTime, type Clock } from "#kernel";
import type { Env } from "../exchange.ts";
import { failure } from "./failure.ts";
import { routePattern } from "../route-pattern.ts";

/** The answer to what was thrown. What is the server's own trouble is written down with its place, and without any text of it. */
export function tellTrouble(write: (line: string) => void, clock: Clock) {
  return (error: Error, exchange: Exchange<Env>): Response => {
    const answer = failure(error, exchange);
    if (answer.status === 500) {
      const code = error instanceof AppError ? error.code : "INTERNAL";
      const request = { method: exchange.req.method, route: routePattern(exchange) };
      write(`${JSON.stringify({ at: isoTime(clock.now()), trouble: code, ...request, place: placeOf(error) })}\n`);
    }
    return answer;
  };
}

/** enough to see where it came from */
const frames = 12;

/** A message may hold anything, and lines that look like frames: it is cut off, and the rest has to look like one. */
export function placeOf(error: Error): readonly string[] {
  const { stack = "", message } = error;
  const behind = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : "";
  const lines = behind.split("\n").map((line) => line.trim());
  return lines.filter((line) => frame.test(line)).slice(0, frames);
}

const frame = /^at (?:(?:async |new )?[\w.$#<>[\] ]+ \()?(?:file:\/\/|node:|\/)[\w./@~+-]+:\d+:\d+\)?$/;
