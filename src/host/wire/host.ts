import type { Duplex } from "node:stream";
import type { ConnectionLimit } from "../connection-limit.ts";
import { refuseContainers } from "../container-refused.ts";
import { loopbackPort, seated, type Port } from "../dial.ts";
import type { Controller, Host, PerformOptions, RunOptions, RunResult, TargetContent } from "../host.ts";
import type { TargetObservation } from "../observation.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { nothingHeld, type HostSearched } from "../search.ts";
import { observationReader } from "./decode-observation.ts";
import { answerReader, broken, contentReader } from "./decode.ts";
import { searchReader } from "./decode-search.ts";
import {
  encodeController,
  encodeEnd,
  encodeObserve,
  encodeRead,
  encodeRequests,
  encodeSearch,
  type Input,
} from "./encode.ts";
import { createRest, type Rest } from "./rest.ts";
import { openStream, type Connection, type Conversation } from "./talk.ts";

export interface HelperHostOptions {
  readonly connection: Connection;
  /** bounds how many connections are open at once, over all hosts that share a way */
  readonly limit?: ConnectionLimit;
  /** where the stream of a look waits for what is sent behind it */
  readonly rest?: Rest;
  readonly run: (command: readonly string[], options: RunOptions) => Promise<RunResult>;
  readonly dial: (to: Port) => Promise<Duplex>;
  readonly close: () => Promise<void>;
}

/** A machine with the helper, however it is reached. */
export function openHelperHost({
  connection,
  limit = (work) => work(),
  rest = createRest(),
  run,
  dial,
  close,
}: HelperHostOptions): Host {
  const host = connection.host;
  const stream = async () => rest.take() ?? openStream(connection);
  return {
    name: host,
    observe: (targets) =>
      limit(async () => {
        const observations: TargetObservation[] = [];
        if (targets.length === 0) return observations;
        refuseContainers(host, targets);
        const onLine = observationReader(host, targets, (observation) => observations.push(observation));
        const used = await stream();
        await used.converse({ input: encodeObserve(targets), onLine, silence: usualSilence });
        rest.keep(used);
        return observations;
      }),
    perform: (controller, requests, options = {}) =>
      limit(async () => {
        const answers: HostAnswer[] = [];
        if (requests.length === 0) return answers;
        refuseContainers(
          host,
          requests.map(({ target }) => target),
        );
        const used = await stream();
        await used.converse(
          asking(host, controller, requests, {
            ...options,
            onAnswer: (answer) => {
              answers.push(answer);
              options.onAnswer?.(answer);
            },
          }),
        );
        return answers;
      }),
    read: (target) =>
      limit(async () => {
        refuseContainers(host, [target]);
        let content: TargetContent | undefined;
        const onLine = contentReader(host, target, (found) => {
          content = found;
        });
        const used = await stream();
        await used.converse({ input: encodeRead(target), onLine, silence: usualSilence });
        if (content === undefined) throw broken(host, `the content of ${target.id} is missing`);
        return content;
      }),
    search: ({ values, limit: time, signal }) =>
      limit(async () => {
        let found: HostSearched = nothingHeld;
        if (values.length === 0) return found;
        refuseContainers(
          host,
          values.map(({ target }) => target),
        );
        const onLine = searchReader(host, values.length, (all) => {
          found = all;
        });
        const used = await stream();
        const input = encodeSearch({ values, limit: time });
        await used.converse({ input, onLine, silence: usualSilence, ...(signal === undefined ? {} : { signal }) });
        rest.keep(used);
        return found;
      }),
    run: (command, options) => limit(() => run(command, options)),
    dial: async (port, address) => {
      const to = loopbackPort(port, address);
      return seated(limit, () => dial(to));
    },
    close: async () => {
      rest.close();
      await close();
    },
  };
}

/**
 * What only sweeps or stages goes out in one piece. From there on each request waits for the answer before it: a stop takes effect
 * behind the one that is at work, and a controller that dies leaves none behind that the machine would go on with.
 */
function asking(
  host: string,
  controller: Controller,
  requests: readonly HostRequest[],
  options: PerformOptions & { readonly onAnswer: (answer: HostAnswer) => void },
): Conversation {
  let sent = 0;
  const next = (): Input => {
    if (sent === requests.length || options.stop?.aborted) return encodeEnd();
    const from = sent;
    while (sent < requests.length && isStaging(requests[sent])) sent += 1;
    if (sent === from) sent += 1;
    const batch = requests.slice(from, sent);
    for (const request of batch) options.onStart?.(request);
    return encodeRequests(batch);
  };
  const { onAnswer, signal } = options;
  return {
    input: [...encodeController(controller, requests), ...next()],
    onLine: answerReader(host, controller, { requests, onAnswer, more: next, sent: () => sent }),
    silence: silenceOf(requests),
    ...(signal === undefined ? {} : { signal }),
  };
}

function isStaging(request: HostRequest | undefined): boolean {
  return request?.kind === "sweep" || request?.kind === "attach" || request?.kind === "stage";
}

const usualSilence = 60_000;

/** A restart may take as long as systemd's own limits (90 s to stop, 90 s to start); a prepare command a quarter hour. */
function silenceOf(requests: readonly HostRequest[]): number {
  const longest = requests.map((request) => {
    if (request.kind === "prepare") return 900_000;
    if (request.kind === "drain") return request.limit;
    return request.kind === "verify" ? request.deadline : 180_000;
  });
  return usualSilence + Math.max(...longest);
}
