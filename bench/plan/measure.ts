import { performance } from "node:perf_hooks";
import { planPlatform } from "#operation";
import { openFleet } from "./fleet.ts";

/* A process of its own for each size, so that memory is its own as well: `measure.ts FOLDER HOSTS ROUNDS`. */
const [folder = "", hosts = "", rounds = ""] = process.argv.slice(2);
const fleet = await openFleet(folder, { hosts: Number(hosts), services: 20, variables: 50 });
const samples: number[] = [];
let targets = 0;
for (let round = 0; round <= Number(rounds); round += 1) {
  fleet.context.reloadPlatform();
  const start = performance.now();
  const { plan } = await planPlatform(fleet.context, []);
  if (round > 0) samples.push(performance.now() - start);
  targets = plan.changes.length;
}
await fleet.close();
// maxRSS is in kibibytes
process.stdout.write(JSON.stringify({ samples, targets, memory: process.resourceUsage().maxRSS * 1024 }));
