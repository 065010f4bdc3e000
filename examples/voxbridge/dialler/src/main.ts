// Takes answered calls and attaches each to a free worker of the fleet.
import { settingsOrExit } from "../../shared/environment.ts";
import { makeLog } from "../../shared/log.ts";
import { reloadOnSignal } from "../../shared/reload.ts";
import { serveJson } from "../../shared/server.ts";
import { stopOnSignal } from "../../shared/stop.ts";
import { startDialler } from "./dialler.ts";
import { readSettings } from "./settings.ts";
import { readVariables, reloadable } from "./variables.ts";

const variables = readVariables();
const settings = settingsOrExit("voxdialler", variables, readSettings);
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
reloadOnSignal(settings, log, { variables, reloadable, read: readSettings });
log("info", "listening", { port: server.port, workers: settings.workers.length });
stopOnSignal(async () => {
  await dialler.stop();
  await server.close();
});
