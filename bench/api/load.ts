import { text } from "node:stream/consumers";
import autocannon from "autocannon";

/* Asks one address, in a process of its own; what and how often comes on stdin, because a token is no argument. */
const { url, token, seconds, connections } = JSON.parse(await text(process.stdin)) as Load;
const { non2xx, errors, latency, requests, duration } = await autocannon({
  url,
  duration: seconds,
  connections,
  headers: { authorization: `Bearer ${token}` },
});
const loaded = { rate: requests.total / duration, failed: non2xx + errors, p99: latency.p99 } satisfies Loaded;
process.stdout.write(JSON.stringify(loaded));

export interface Load {
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
  readonly connections: number;
}

export interface Loaded {
  /** answers in a second */
  readonly rate: number;
  readonly failed: number;
  /** of the answers' times, milliseconds */
  readonly p99: number;
}
