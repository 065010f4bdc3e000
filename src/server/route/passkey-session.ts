import type { OpenAPIHono } from "@hono/zod-openapi";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { Sensitive } from "#kernel";
import { askFirstPasskey, askPasskey, logInWithPasskey, setUpWithPasskey } from "#operation";
import { callerAddress } from "../caller-address.ts";
import { answer } from "../endpoint.ts";
import { cookieAttributes, relyingParty, visitCookie } from "../entrance.ts";
import type { Env } from "../exchange.ts";
import type { Installation } from "../installation.ts";
import { me } from "../schema/identity.ts";
import { creationOptions, linkHolder, passkeyLogin, passkeySetup, requestOptions } from "../schema/passkey.ts";
import { letIn } from "../session.ts";
import { assertionOf, newPasskeyOf } from "../visitor.ts";

/** For those who are not logged in yet. */
export function passkeySessionRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const { context, entrance } = installation;
  const [party, visiting] = [relyingParty(entrance), visitCookie(entrance)];
  const attributes = cookieAttributes(entrance);
  const open = { method: "post", open: true } as const;

  const ask = {
    ...open,
    path: "/v1/login/passkey/challenge",
    summary: "what a passkey signs to log in",
    answer: requestOptions,
  } as const;
  answer(app, ask, async ({ exchange }) => {
    const { visit, options } = await askPasskey(context, { address: callerAddress(exchange, entrance), party });
    setCookie(exchange, visiting, visit.reveal().toString("latin1"), attributes);
    return options;
  });

  const begin = {
    ...open,
    path: "/v1/login/passkey",
    summary: "a session, by a passkey",
    body: passkeyLogin,
    answer: me,
  } as const;
  answer(app, begin, async ({ body: { passkey }, exchange }) => {
    const visit = Sensitive.of(getCookie(exchange, visiting) ?? "");
    const address = callerAddress(exchange, entrance);
    const session = await logInWithPasskey(context, { assertion: assertionOf(passkey), visit, address, party });
    deleteCookie(exchange, visiting, attributes);
    return letIn(installation, exchange, session);
  });

  const askFirst = {
    ...open,
    path: "/v1/setup/passkey/challenge",
    summary: "what a first passkey answers, for who has a one-time link",
    body: linkHolder,
    answer: creationOptions,
  } as const;
  answer(app, askFirst, ({ body: { secret, name } }) =>
    askFirstPasskey(context, { secret: Sensitive.of(secret), name, party }),
  );

  const first = {
    ...open,
    path: "/v1/setup/passkey",
    summary: "uses a one-time link, with a passkey in place of a password; a session",
    body: passkeySetup,
    answer: me,
  } as const;
  answer(app, first, async ({ body: { secret, name, passkeyName, passkey }, exchange }) => {
    const address = callerAddress(exchange, entrance);
    const holder = { secret: Sensitive.of(secret), name, party, address };
    const session = await setUpWithPasskey(context, { ...holder, passkey: newPasskeyOf(passkeyName, passkey) });
    return letIn(installation, exchange, session);
  });
}
