import type { OpenAPIHono } from "@hono/zod-openapi";
import { addAccount, disableAccount, linkAccount, listAccounts, setAccountRoles } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { oneTimeOf } from "../one-time.ts";
import { accountList, nameParameter, newAccount, newRoles, oneTime } from "../schema/identity.ts";

export function accountRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const list = {
    method: "get",
    path: "/v1/accounts",
    summary: "accounts and their roles",
    answer: accountList,
  } as const;
  answer(app, list, async ({ exchange }) => ({ accounts: await asCaller(installation, exchange, listAccounts) }));

  const made = { method: "post", answer: oneTime, status: 201 } as const;
  const add = { ...made, path: "/v1/accounts", summary: "an account and its one-time link", body: newAccount } as const;
  answer(app, add, async ({ body: { name, roles }, exchange }) =>
    oneTimeOf(await asCaller(installation, exchange, (context) => addAccount(context, name, roles))),
  );

  const named = { params: nameParameter } as const;
  const link = {
    ...made,
    ...named,
    path: "/v1/accounts/{name}/link",
    summary: "a link for a new password or passkey",
  } as const;
  answer(app, link, async ({ params: { name }, exchange }) =>
    oneTimeOf(await asCaller(installation, exchange, (context) => linkAccount(context, name))),
  );

  const summary = "in place of every role it had";
  const roles = { method: "put", path: "/v1/accounts/{name}/roles", summary, ...named, body: newRoles } as const;
  answer(app, roles, ({ params: { name }, body, exchange }) =>
    asCaller(installation, exchange, (context) => setAccountRoles(context, name, body.roles)),
  );

  const path = "/v1/accounts/{name}/disable";
  const disable = { method: "post", path, summary: "for good; its sessions end", ...named } as const;
  answer(app, disable, ({ params: { name }, exchange }) =>
    asCaller(installation, exchange, (context) => disableAccount(context, name)),
  );
}
