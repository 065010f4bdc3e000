import type { Context } from "#operation";
import { openGrafana, type GrafanaForTest } from "../issuer/grafana-server.ts";
import { makeProject, openProject, put, type Files } from "./make-context.ts";

export const name = "GRAFANA_ADMIN_PASSWORD";
export const firstPassword = "the-password-that-was-first";

export interface Unheld {
  readonly context: Context;
  readonly folder: string;
  readonly grafana: GrafanaForTest;
  /** as another call of the command */
  readonly again: () => Context;
}

/** A service that has none of these secrets, and was never applied: nothing of it is in their way. */
export function unheldFiles(secrets: string, asked = ""): Files {
  return {
    "keyturn.yaml": `platform: shop
services:
  web:
    contract: web/.env.example
    runtime: process
    command: [node, main.js]
    directory: web
    hosts: [here]
secrets:
${secrets}
environments:
  local:
    hosts: { here: local }
`,
    "web/.env.example": `# @optional @public @type=port\nPORT=8080\n${asked}`,
  };
}

/** Grafana's password, which people alone know; and one that nothing makes. `more`: of the manifest about the first. */
export async function unheldPlatform(more = ""): Promise<Unheld> {
  const grafana = await openGrafana();
  const made = `  ${name}: { issuer: { grafana: { user: admin, admin: GRAFANA_URL } }${more} }`;
  const kept = "  WIKI_PASSWORD: { rotate: { every: 90d, by: person } }";
  const { context, folder } = await makeProject(unheldFiles(`${made}\n${kept}`));
  await put(context, "GRAFANA_URL", grafana.url);
  await put(context, name, firstPassword);
  await put(context, "WIKI_PASSWORD", "known-to-people-alone");
  return { context, folder, grafana, again: () => openProject(folder).context };
}
