import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

/* The least that could answer the same, in a process of its own: `bare.ts FILE`. The queries are those of the server's answer. */
const [file = ""] = process.argv.slice(2);
const database = new DatabaseSync(file);
const token = database.prepare("select * from service_token where digest = ?");
const environment = database.prepare("select * from environment where name = ?");
const rollout = database.prepare(
  "select id, kind, release, state, actor, started_at, ended_at from rollout where environment = ? order by position desc limit ?",
);
const value = database.prepare(
  "select id, environment, name, service, host, number, state, sensitive, fingerprint, origin, actor, created_at from value as v where v.environment = ? and v.state = 'live' and v.number = (select max(newer.number) from value as newer where newer.environment = v.environment and newer.name = v.name and newer.service = v.service and newer.host = v.host and newer.state = 'live') order by v.name, v.service, v.host",
);
const grant = database.prepare("select * from service_grant where environment = ? order by service, name, kind");

const app = new Hono();
app.use(async (exchange, next) => {
  const secret = exchange.req.header("authorization")?.slice("Bearer ".length) ?? "";
  const known = token.get(createHash("sha256").update(`keyturn token ${secret}`).digest("hex"));
  return known === undefined ? exchange.json({ error: "nobody" }, 401) : next();
});
app.get("/v1/me", (exchange) => exchange.json({ kind: "token", name: "bench", roles: [] }));
app.get("/v1/environments/:environment/rollouts", (exchange) => {
  const name = exchange.req.param("environment");
  environment.get(name);
  return exchange.json({ rollouts: rollout.all(name, 50) });
});
app.get("/v1/environments/:environment/secrets", (exchange) => {
  const name = exchange.req.param("environment");
  environment.get(name);
  const holders = Map.groupBy(grant.all(name), (row) => String(row["name"]));
  const secrets = value.all(name).map((row) => {
    const services = holders.get(String(row["name"]))?.map(({ service }) => service) ?? [];
    return { ...row, scope: {}, holders: services, ungranted: [] };
  });
  return exchange.json({ secrets });
});

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ address: `http://127.0.0.1:${port}` })}\n`);
});
