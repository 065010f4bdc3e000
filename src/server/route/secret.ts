import type { OpenAPIHono } from "@hono/zod-openapi";
import { AppError, Sensitive } from "#kernel";
import { probeCredentials, revealToAccount, type Caller, type Revealed } from "#operation";
import { callerAddress } from "../caller-address.ts";
import { answer } from "../endpoint.ts";
import { asCaller, callerOf, type Env, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";
import { probed, probeRequest, revealed, revealRequest, secretParameters } from "../schema/secret.ts";

/** The only answers for which a stored value leaves the store: to an admin who types the password again, and to its own provider. */
export function secretRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  const { entrance, takeTurn } = installation;
  const reveal = {
    method: "post",
    path: "/v1/environments/{environment}/secrets/{name}/reveal",
    summary: "a stored value, for the password typed again",
    params: secretParameters,
    body: revealRequest,
    answer: revealed,
  } as const;
  answer(
    app,
    reveal,
    async ({ params: { environment, name }, body: { password, service, host, reason }, exchange }) => {
      const account = accountOf(callerOf(exchange));
      const login = { name: account, password: Sensitive.of(password), address: callerAddress(exchange, entrance) };
      const scope = { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
      const request = { name, scope, login, ...(reason === undefined ? {} : { reason }) };
      const work = () => asCaller(installation, exchange, (context) => revealToAccount(context, request), environment);
      return shown(await takeTurn(work));
    },
  );
  const ask = {
    method: "post",
    path: "/v1/environments/{environment}/probe",
    summary: "asks providers whether stored credentials work",
    params: environmentParameter,
    body: probeRequest,
    answer: probed,
  } as const;
  answer(app, ask, async ({ params: { environment }, body: { only }, exchange }) => {
    const request = { ...(only === undefined ? {} : { only }), nearby: false, newAddress: false };
    const probe = () => asCaller(installation, exchange, (context) => probeCredentials(context, request), environment);
    return { credentials: await probe() };
  });
}

/** A program's token has no password to type again. */
function accountOf({ kind, name }: Caller): string {
  if (kind === "account") return name;
  throw new AppError("PERMISSION_DENIED", "a service token reveals nothing", { hint: "log in as an account" });
}

function shown({ version, value }: Revealed) {
  const { name, number, fingerprint, scope } = version;
  const bytes = value.reveal();
  const text = bytes.toString("utf8");
  const content = Buffer.from(text, "utf8").equals(bytes) ? { value: text } : { base64: bytes.toString("base64") };
  return { name, version: number, fingerprint, scope, ...content };
}
