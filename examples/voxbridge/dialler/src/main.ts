// Takes answered calls and attaches each to a free worker of the fleet.
import { loadEnvironment, loadEnvironmentOrExit } from "@keyturn/sdk";
import { makeLog } from "../../shared/log.ts";
import { reloadOnSignal } from "../../shared/reload.ts";
import { serveJson } from "../../shared/server.ts";
import { stopOnSignal } from "../../shared/stop.ts";
import { startDialler } from "./dialler.ts";
import { makeSettings } from "./settings.ts";
import { contract, readings, reloadable } from "./variables.ts";

const environment = loadEnvironmentOrExit("voxdialler", contract, readings);
const settings = makeSettings(environment, process.env["KEYTURN_RELEASE"]);
const log = makeLog("voxdialler", settings.logLevel);
const dialler = startDialler(settings, log);
const server = await serveJson({
  host: settings.host,
  port: settings.port,
  routes: {
    "GET /health": () => ({
      status: 200,
      body: { status: "ok", release: settings.release, counters: dialler.counters() },
    }),
    "GET /stats": () => ({ status: 200, body: { ...dialler.counters(), workers: settings.workers.length } }),
    "POST /stats/reset": () => {
      dialler.reset();
      return { status: 200, body: { ...dialler.counters() } };
    },
  },
});
reloadOnSignal(settings, log, {
  file: process.env["KEYTURN_FILE"],
  reloadable,
  make: (variables) => makeSettings(loadEnvironment(contract, readings, variables), variables["KEYTURN_RELEASE"]),
});
log("info", "listening", { port: server.port, workers: settings.workers.length });
stopOnSignal(async () => {
  await dialler.stop();
  await server.close();
});
