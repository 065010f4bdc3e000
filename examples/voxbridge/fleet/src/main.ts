// One worker of the voice fleet: takes answered calls, one at a time.
import { settingsOrExit } from "../../shared/environment.ts";
import { makeLog } from "../../shared/log.ts";
import { serveJson } from "../../shared/server.ts";
import { stopOnSignal } from "../../shared/stop.ts";
import { readSettings } from "./settings.ts";
import { readVariables } from "./variables.ts";
import { makeWorker } from "./worker.ts";

const settings = settingsOrExit("voxcore", readVariables(), readSettings);
const log = makeLog("voxcore", settings.logLevel);
const worker = makeWorker(settings, log);
const server = await serveJson({
  host: settings.host,
  port: settings.port,
  routes: { "POST /attach": (request) => worker.attach(request), "GET /health/fleet": () => worker.health() },
});
log("info", "listening", { port: server.port, instance: settings.instance, ...settings.providers });
// Ctrl-C means now; systemd's stop means after the call
stopOnSignal(async (signal) => {
  await worker.drain(signal === "SIGINT" ? 0 : settings.drainLimit);
  await server.close();
});
