// Presents a secret from outside the platform, as the dialler would: `node load.ts --workers URL,URL --calls 1000 < secret`.
// The secret comes on stdin; how it went is one JSON document on stdout. SIGTERM ends it sooner.
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { openClient } from "../../shared/client.ts";
import { makeLog } from "../../shared/log.ts";
import { openAttaches } from "./attaches.ts";
import { openFleet } from "./fleet.ts";
import { startPace } from "./pace.ts";
import { presentOnce } from "./present.ts";

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "" },
    backend: { type: "string" },
    // each of them once, whatever the others say
    each: { type: "boolean", default: false },
    calls: { type: "string", default: "1" },
    rate: { type: "string", default: "10000" },
    "call-ms": { type: "string", default: "0" },
  },
});
const workers = values.workers.split(",").flatMap((url) => (url.trim() === "" ? [] : [new URL(url.trim())]));
const secret = (await text(process.stdin)).trimEnd();
const client = openClient();
process.stdout.write(`${JSON.stringify(values.each ? await presentToEach() : await attachAll(), null, 2)}\n`);

function presentToEach() {
  const backend = values.backend === undefined ? undefined : new URL(values.backend);
  return presentOnce(client, { workers, backend, secret });
}

async function attachAll() {
  const attaching = { client, fleet: openFleet(workers), secret, timeout: 6000, patience: 5000 };
  const attaches = openAttaches(() => attaching, makeLog("load", "error"));
  let left = Number(values.calls);
  await new Promise<void>((resolve) => {
    const stop = startPace(
      () => Number(values.rate),
      () => attaches.inHand() < 2 * workers.length,
      () => {
        if (left > 0) attaches.take({ durationMs: Number(values["call-ms"]) });
        left -= 1;
        if (left > 0) return;
        stop();
        resolve();
      },
    );
    process.once("SIGTERM", () => {
      left = 0;
    });
  });
  await attaches.settle();
  const { success: attached, slowest: slowestMs, ...counters } = attaches.counters();
  return { attached, slowestMs, ...counters };
}
