// One worker of the voice fleet: takes answered calls, one at a time.
import { accepts, loadEnvironmentOrExit, secretsReport } from "@keyturn/sdk";
import { openClient } from "../../shared/client.ts";
import { makeLog } from "../../shared/log.ts";
import { serveJson } from "../../shared/server.ts";
import { stopOnSignal } from "../../shared/stop.ts";
import { makeSettings } from "./settings.ts";
import { contract, readings } from "./variables.ts";
import { makeWorker } from "./worker.ts";

const environment = loadEnvironmentOrExit("voxcore", contract, readings);
const settings = makeSettings(environment, process.env["KEYTURN_RELEASE"]);
const log = makeLog("voxcore", settings.logLevel);
const secret = accepts("VOXCORE_SECRET");
const worker = makeWorker(settings, { secret, client: openClient(), log });
const server = await serveJson({
  host: settings.host,
  port: settings.port,
  routes: {
    "POST /attach": (request) => worker.attach(request),
    "GET /health/fleet": () => worker.health(),
    "GET /health/secrets": () => ({ status: 200, body: { ...secretsReport([secret], settings.release) } }),
  },
});
log("info", "listening", { port: server.port, instance: settings.instance, ...settings.providers });
// Ctrl-C means now; systemd's stop means after the call
stopOnSignal(async (signal) => {
  await worker.drain(signal === "SIGINT" ? 0 : settings.drainLimit);
  await server.close();
});
