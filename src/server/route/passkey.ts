import type { OpenAPIHono } from "@hono/zod-openapi";
import { addPasskey, askNewPasskey, askProof, listPasskeys, removePasskey } from "#operation";
import { answer } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import type { Installation } from "../installation.ts";
import {
  creationOptions,
  madePasskey,
  newPasskey,
  ownPasskeys,
  passkeyParameter,
  proof,
  requestOptions,
} from "../schema/passkey.ts";
import { newPasskeyOf, proofOf, visitorOf } from "../visitor.ts";

/** Of the account that is logged in: nobody has to do with another's. */
export function passkeyRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const { context, takeTurn } = installation;

  const list = { method: "get", path: "/v1/passkeys", summary: "your own passkeys", answer: ownPasskeys } as const;
  answer(app, list, async ({ exchange }) => {
    const { hasPassword, passkeys } = await listPasskeys(context, visitorOf(installation, exchange));
    const shown = passkeys.map(({ id, name, createdAt, usedAt }) => ({
      id,
      name,
      createdAt,
      ...(usedAt === undefined ? {} : { usedAt }),
    }));
    return { hasPassword, passkeys: shown };
  });

  const prove = {
    method: "post",
    path: "/v1/proof/challenge",
    summary: "what a passkey signs to prove you again",
    answer: requestOptions,
  } as const;
  answer(app, prove, ({ exchange }) => askProof(context, visitorOf(installation, exchange)));

  const ask = {
    method: "post",
    path: "/v1/passkeys/challenge",
    summary: "what a new passkey answers, for who proves it again",
    body: proof,
    answer: creationOptions,
  } as const;
  answer(app, ask, ({ body, exchange }) =>
    takeTurn(() => askNewPasskey(context, visitorOf(installation, exchange), proofOf(body))),
  );

  const add = {
    method: "post",
    path: "/v1/passkeys",
    summary: "a passkey of your own, under a name",
    body: newPasskey,
    answer: madePasskey,
    status: 201,
  } as const;
  answer(app, add, ({ body: { name, passkey }, exchange }) =>
    addPasskey(context, visitorOf(installation, exchange), newPasskeyOf(name, passkey)),
  );

  const path = "/v1/passkeys/{passkey}/remove";
  const summary = "it opens nothing any more, for who proves it again";
  const remove = { method: "post", path, summary, params: passkeyParameter, body: proof } as const;
  answer(app, remove, ({ params: { passkey: id }, body, exchange }) =>
    takeTurn(() => removePasskey(context, visitorOf(installation, exchange), { id, proof: proofOf(body) })),
  );
}
