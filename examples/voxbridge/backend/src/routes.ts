import { randomUUID } from "node:crypto";
import { secretsReport, signToken, verifyToken, type AcceptedSecret } from "@keyturn/sdk";
import { sameSecret, secretHeader } from "../../shared/secret.ts";
import type { Answer, Request, Routes } from "../../shared/server.ts";
import type { CallQueue } from "./call-queue.ts";
import type { Settings } from "./settings.ts";

const refused: Answer = { status: 401, body: { error: "not allowed" } };

export function backendRoutes(settings: Settings, queue: CallQueue, voxcoreSecret: AcceptedSecret): Routes {
  const keys = { current: settings.jwtSecret };
  const asOperator = (work: (operator: string, request: Request) => Answer | Promise<Answer>) => (request: Request) => {
    const token = /^Bearer (\S+)$/.exec(request.headers["authorization"] ?? "")?.[1];
    const verdict = verifyToken(keys, token ?? "");
    return verdict.kind === "refused" ? refused : work(verdict.subject, request);
  };
  const asService = (work: () => Answer | Promise<Answer>) => (request: Request) =>
    voxcoreSecret.check(request.headers[secretHeader], request.from) === undefined ? refused : work();

  return {
    "GET /health": async () => ({
      status: 200,
      body: { status: "ok", release: settings.release, queue: await queue.look() },
    }),
    "GET /health/secrets": () => ({ status: 200, body: { ...secretsReport([voxcoreSecret], settings.release) } }),
    "POST /auth/login": ({ body }) => {
      const { email, password } = settings.operator;
      // both are compared whatever the first one says
      const known = [sameSecret(email, asText(body["email"])), sameSecret(password, asText(body["password"]))];
      if (known.includes(false)) return refused;
      const token = signToken(keys, email, { lifetime: settings.jwtLifetime });
      return { status: 200, body: { token, expiresIn: settings.jwtLifetime } };
    },
    "GET /auth/me": asOperator((email) => ({ status: 200, body: { email } })),
    "POST /queue/calls": asOperator(async (_, { body }) => {
      const call = { id: randomUUID(), durationMs: bounded(body["durationMs"], 1000, settings.call.maxSeconds * 1000) };
      const taken = await queue.push(call);
      return taken ? { status: 202, body: call } : { status: 429, body: { error: "the queue is full" } };
    }),
    "POST /internal/queue/next": asService(async () => {
      const call = await queue.next();
      return call === undefined ? { status: 204 } : { status: 200, body: { call } };
    }),
    "GET /internal/settings": asService(() => ({ status: 200, body: { ...settings.call, release: settings.release } })),
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function bounded(value: unknown, fallback: number, max: number): number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? Math.min(value, max) : fallback;
}
