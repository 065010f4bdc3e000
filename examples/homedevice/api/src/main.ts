// The API of the home-device platform: devices are paired here, get into calls here, and talk to their user's agent.
import { loadEnvironmentOrExit, tokenRing } from "@keyturn/sdk";
import { makeLog } from "../../shared/log.ts";
import { serve } from "../../shared/serve.ts";
import { openPairings } from "./pairing.ts";
import { openProvisioner } from "./provisioner.ts";
import { apiRoutes } from "./routes.ts";
import { makeSettings } from "./settings.ts";
import { contract, readings } from "./variables.ts";

const environment = loadEnvironmentOrExit("api", contract, readings);
const settings = makeSettings(environment, process.env["KEYTURN_RELEASE"]);
const log = makeLog("api", environment.LOG_LEVEL);
const routes = apiRoutes({
  settings,
  ring: tokenRing("JWT_SECRET"),
  pairings: openPairings(),
  provisioner: openProvisioner(settings),
});
await serve({ host: environment.HOST, port: environment.PORT }, (address) => {
  return Object.hasOwn(routes, address) ? routes[address] : undefined;
});
log("info", "listening", { port: environment.PORT });
