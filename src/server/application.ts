import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "./exchange.ts";
import { logAccess } from "./guard/access-log.ts";
import { limitBody } from "./guard/body.ts";
import { knowCaller, takeFor } from "./guard/caller.ts";
import { invalidInput, unknownPath } from "./guard/failure.ts";
import { setHeaders } from "./guard/header.ts";
import { refuseForeign } from "./guard/origin.ts";
import { knowProvisioner } from "./guard/provisioner.ts";
import { tellTrouble } from "./guard/trouble-log.ts";
import type { Installation } from "./installation.ts";
import { accountRoutes } from "./route/account.ts";
import { environmentRoutes } from "./route/environment.ts";
import { findingRoutes } from "./route/finding.ts";
import { grantRoutes } from "./route/grant.ts";
import { metricsRoute } from "./route/metrics.ts";
import { pageRoutes } from "./route/page.ts";
import { passkeyRoutes } from "./route/passkey.ts";
import { passkeySessionRoutes } from "./route/passkey-session.ts";
import { rollbackRoutes } from "./route/rollback.ts";
import { rolloutRoutes } from "./route/rollout.ts";
import { rotationRoutes } from "./route/rotation.ts";
import { runtimeProxy } from "./route/runtime-proxy.ts";
import { runtimeRoutes } from "./route/runtime.ts";
import { scanRoutes } from "./route/scan.ts";
import { secretRoutes } from "./route/secret.ts";
import { sessionRoutes } from "./route/session.ts";
import { settingRoutes } from "./route/setting.ts";
import { tokenRoutes } from "./route/token.ts";
import { valueLookRoutes } from "./route/value-look.ts";
import { valueRoutes } from "./route/value.ts";

export interface ApplicationOptions extends Installation {
  readonly onAccess?: (line: string) => void;
  /** folder of the built console, also where there is none yet; without one there are no pages */
  readonly console?: string;
  readonly onTrouble: (line: string) => void;
  readonly version: string;
}

/** Guards in the order in which a request meets them, then the routes. */
export function makeApplication({
  version,
  onAccess,
  onTrouble,
  console,
  ...installation
}: ApplicationOptions): OpenAPIHono<Env> {
  const { entrance, context } = installation;
  const { clock } = context;
  const app = new OpenAPIHono<Env>({ defaultHook: invalidInput });
  if (onAccess !== undefined) app.use(logAccess(onAccess, { clock, entrance }));
  app.use(setHeaders(entrance, version));
  if (installation.only === undefined) app.use(refuseForeign(entrance));
  else app.use(takeFor(installation.only));
  app.use(limitBody);
  app.use("/v1/internal/*", knowProvisioner(installation));
  app.use("/v1/*", knowCaller(installation));
  addRoutes(app, installation);
  app.doc31("/v1/openapi.json", { openapi: "3.1.0", info: { title: "Keyturn", version } });
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "__Host-keyturn",
  });
  // behind every other route: it takes whatever path is left
  if (console !== undefined) pageRoutes(app, console);
  app.onError(tellTrouble(onTrouble, clock));
  app.notFound(unknownPath);
  return app;
}

function addRoutes(app: OpenAPIHono<Env>, installation: Installation): void {
  sessionRoutes(app, installation);
  passkeySessionRoutes(app, installation);
  passkeyRoutes(app, installation);
  accountRoutes(app, installation);
  tokenRoutes(app, installation);
  environmentRoutes(app, installation);
  rolloutRoutes(app, installation);
  rollbackRoutes(app, installation);
  rotationRoutes(app, installation);
  metricsRoute(app, installation);
  settingRoutes(app, installation);
  runtimeRoutes(app, installation);
  runtimeProxy(app, installation);
  scanRoutes(app, installation);
  findingRoutes(app, installation);
  secretRoutes(app, installation);
  valueRoutes(app, installation);
  valueLookRoutes(app, installation);
  grantRoutes(app, installation);
}
