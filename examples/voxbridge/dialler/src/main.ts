// Takes answered calls and attaches each to a free worker of the fleet.
import { loadEnvironment, loadEnvironmentOrExit } from "@keyturn/sdk";
import { openClient } from "../../shared/client.ts";
import { makeLog } from "../../shared/log.ts";
import { reloadSettings } from "../../shared/reload.ts";
import { serveJson } from "../../shared/server.ts";
import { stopOnSignal } from "../../shared/stop.ts";
import { startDialler } from "./dialler.ts";
import { diallerRoutes } from "./routes.ts";
import { makeSettings } from "./settings.ts";
import { contract, readings, reloadable } from "./variables.ts";

const environment = loadEnvironmentOrExit("voxdialler", contract, readings);
const settings = makeSettings(environment, process.env["KEYTURN_RELEASE"]);
const log = makeLog("voxdialler", settings.logLevel);
const dialler = startDialler(settings, openClient(), log);
const server = await serveJson({
  host: settings.host,
  port: settings.port,
  routes: diallerRoutes(settings, dialler.attaches),
});
reloadSettings(settings, log, {
  file: process.env["KEYTURN_FILE"],
  reloadable,
  make: (variables) => makeSettings(loadEnvironment(contract, readings, variables), variables["KEYTURN_RELEASE"]),
});
log("info", "listening", { port: server.port, workers: settings.workers.length });
// the calls in hand are attached first, and what is counted ends with the process
stopOnSignal(async () => {
  await dialler.stop();
  log("info", "stopped", { ...dialler.attaches.counters() });
  await server.close();
});
