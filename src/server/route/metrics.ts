import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { environmentMetrics, type EnvironmentMetrics } from "#operation";
import { failures, security } from "../endpoint.ts";
import type { Env } from "../exchange.ts";
import { asCaller, type Installation } from "../installation.ts";
import { environmentParameter } from "../schema/environment.ts";

const route = createRoute({
  method: "get",
  path: "/v1/environments/{environment}/metrics",
  summary: "credentials, runtimes, rollouts and rotations in numbers, as Prometheus reads them",
  security,
  request: { params: environmentParameter },
  responses: {
    200: { description: "text format 0.0.4", content: { "text/plain": { schema: z.string() } } },
    default: failures,
  },
});

export function metricsRoute(app: OpenAPIHono<Env>, installation: Installation): void {
  app.openapi(route, async (exchange) => {
    const { environment } = exchange.req.valid("param");
    const metrics = await asCaller(installation, exchange, environmentMetrics, environment);
    return exchange.text(metricsText(metrics), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
  });
}

export function metricsText({
  environment,
  credentials,
  runtimes,
  openRollout,
  scheduled,
  openRotations,
  unverified,
  newFindings,
}: EnvironmentMetrics): string {
  const own = { environment };
  const of = ({ provider, name }: EnvironmentMetrics["credentials"][number]) => ({ ...own, provider, variable: name });
  const secret = ({ name, scope, by }: EnvironmentMetrics["scheduled"][number]) => ({
    ...own,
    variable: name,
    ...scope,
    by,
  });
  return [
    family(
      "keyturn_credential_ok",
      "1 where the last probe found that it works",
      credentials.map((one) => ({ labels: { ...of(one), state: one.state }, value: one.state === "ok" ? 1 : 0 })),
    ),
    family(
      "keyturn_credential_state_since_seconds",
      "when it came into its present state, unix time",
      credentials.map((one) => ({ labels: of(one), value: Math.floor(one.since / 1000) })),
    ),
    family(
      "keyturn_credential_probed_seconds",
      "when it was last probed, unix time",
      credentials.map((one) => ({ labels: of(one), value: Math.floor(one.last / 1000) })),
    ),
    family(
      "keyturn_runtimes",
      "runtimes of users",
      Object.entries(runtimes).map(([service, value]) => ({ labels: { ...own, service }, value })),
    ),
    family("keyturn_rollout_open", "1 while a rollout is begun and not ended", [
      { labels: own, value: openRollout ? 1 : 0 },
    ]),
    family("keyturn_rotations_open", "rotations that are begun and not ended", [{ labels: own, value: openRotations }]),
    family(
      "keyturn_rotation_due_seconds",
      "when a secret is older than it may be, unix time",
      scheduled.map((one) => ({ labels: secret(one), value: Math.floor(one.due / 1000) })),
    ),
    family(
      "keyturn_rotation_waits_for_person",
      "1 where a secret is due, or its rotation was taken back, and a person has to act",
      scheduled.map((one) => ({
        labels: { ...secret(one), state: one.state },
        value: one.state === "person" || one.state === "returned" ? 1 : 0,
      })),
    ),
    family("keyturn_settings_unverified", "providers whose settings were saved unproved", [
      { labels: own, value: unverified },
    ]),
    family("keyturn_findings_new", "places where scans found secrets, and nobody has done anything about it", [
      { labels: own, value: newFindings },
    ]),
  ].join("");
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function family(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const text = Object.entries(labels).map(([label, word]) => `${label}="${escaped(word)}"`);
    return `${name}{${text.join(",")}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

/** As the format has it for a label's value. */
function escaped(word: string): string {
  return word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
