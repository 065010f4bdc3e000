// One user's agent: it talks to the model, and lets nobody in but the API, with this user's own key.
import { loadEnvironmentOrExit, matchBearer, matchSecret } from "@keyturn/sdk";
import { makeLog } from "../../shared/log.ts";
import { fieldsOf, serve, type Call, type Route } from "../../shared/serve.ts";
import { openModel } from "./model.ts";
import { contract, readings } from "./variables.ts";

const environment = loadEnvironmentOrExit("agent", contract, readings);
const log = makeLog("agent", environment.LOG_LEVEL);
const model = openModel(environment);
const keys = [environment.API_SERVER_KEY];
let calls = 0;
let draining = false;

const routes: Readonly<Record<string, Route>> = {
  "GET /health": () => ({
    status: 200,
    body: {
      status: draining ? "draining" : "ok",
      release: process.env["KEYTURN_RELEASE"] ?? null,
      user: environment.AGENT_USER,
      calls,
      model: model.name,
    },
  }),
  "POST /drain": () => {
    draining = true;
    return { status: 202 };
  },
  "POST /chat": async (call) => {
    if (!isApi(call)) return { status: 401, body: { error: "not allowed" } };
    if (draining) return { status: 503, body: { error: "draining" } };
    const { text } = fieldsOf(call.body);
    if (typeof text !== "string" || text === "") return { status: 400, body: { error: "text is missing" } };
    calls += 1;
    try {
      const reply = await model.reply(text);
      if (reply.kind === "said") return { status: 200, body: { text: reply.text } };
      log("error", "the model is silent", { provider: model.name, why: reply.kind });
      return { status: 502, body: { error: reply.kind } };
    } finally {
      calls -= 1;
    }
  },
};

const { HOST: host, PORT: port = 8080 } = environment;
await serve({ host, port }, (address) => {
  return Object.hasOwn(routes, address) ? routes[address] : undefined;
});
log("info", "listening", { port, user: environment.AGENT_USER });

/** Behind the provisioner's proxy the bearer is the proxy's own, and the key has a header to itself. */
function isApi({ headers }: Call): boolean {
  const own = matchSecret(keys, headers["x-api-server-key"]).kind === "accepted";
  return own || matchBearer(keys, headers["authorization"]).kind === "accepted";
}
