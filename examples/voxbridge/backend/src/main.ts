// The API of the calling platform: operators log in here, the fleet reads its settings here, calls wait here.
import { accepts, loadEnvironmentOrExit } from "@keyturn/sdk";
import { makeLog } from "../../shared/log.ts";
import { serveJson } from "../../shared/server.ts";
import { stopOnSignal } from "../../shared/stop.ts";
import { openCallQueue } from "./call-queue.ts";
import { backendRoutes } from "./routes.ts";
import { makeSettings } from "./settings.ts";
import { contract, readings } from "./variables.ts";

const environment = loadEnvironmentOrExit("voxbridge", contract, readings);
const settings = makeSettings(environment, process.env["KEYTURN_RELEASE"]);
const log = makeLog("voxbridge", settings.logLevel);
const queue = await openCallQueue(settings.redis, settings.queueLimit, log);
const server = await serveJson({
  host: settings.host,
  port: settings.port,
  routes: backendRoutes(settings, queue, accepts("VOXCORE_SECRET")),
  headers: corsHeaders(settings.consoleOrigin),
});
log("info", "listening", {
  port: server.port,
  database: settings.database.name,
  databaseHosts: settings.database.hosts,
});
stopOnSignal(async () => {
  await server.close();
  queue.close();
});

/** The console is served from an origin of its own while one tries things out. */
function corsHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-headers": "authorization, content-type",
    vary: "origin",
  };
}
