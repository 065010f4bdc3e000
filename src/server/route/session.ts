import type { OpenAPIHono } from "@hono/zod-openapi";
import { deleteCookie } from "hono/cookie";
import { Sensitive } from "#kernel";
import { logIn, logOut, setUpAccount } from "#operation";
import { callerAddress } from "../caller-address.ts";
import { answer } from "../endpoint.ts";
import { cookieAttributes, sessionCookie } from "../entrance.ts";
import { callerOf, type Env } from "../exchange.ts";
import type { Installation } from "../installation.ts";
import { login, logout, me, setup } from "../schema/identity.ts";
import { letIn, meOf } from "../session.ts";

export function sessionRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const { context, entrance, takeTurn } = installation;

  const first = {
    method: "post",
    path: "/v1/setup",
    summary: "uses a one-time link",
    body: setup,
    open: true,
  } as const;
  answer(app, first, ({ body: { secret, name, password } }) =>
    takeTurn(() => setUpAccount(context, { secret: Sensitive.of(secret), name, password: Sensitive.of(password) })),
  );

  const begin = {
    method: "post",
    path: "/v1/login",
    summary: "a session",
    body: login,
    answer: me,
    open: true,
  } as const;
  answer(app, begin, async ({ body: { name, password }, exchange }) => {
    const address = callerAddress(exchange, entrance);
    const session = await takeTurn(() => logIn(context, { name, password: Sensitive.of(password), address }));
    return letIn(installation, exchange, session);
  });

  const end = { method: "post", path: "/v1/logout", summary: "ends this session, or all", body: logout } as const;
  answer(app, end, async ({ body: { all }, exchange }) => {
    const session = exchange.get("session");
    if (session !== undefined) await logOut(context, session, all === true ? "all" : "this");
    deleteCookie(exchange, sessionCookie(entrance), cookieAttributes(entrance));
  });

  const who = { method: "get", path: "/v1/me", summary: "who calls, and what they may", answer: me } as const;
  answer(app, who, async ({ exchange }) => meOf(callerOf(exchange)));
}
