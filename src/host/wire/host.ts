import type { Host, RunOptions, RunResult, TargetContent } from "../host.ts";
import type { TargetObservation } from "../observation.ts";
import type { HostAnswer, HostRequest } from "../request.ts";
import { observationReader } from "./decode-observation.ts";
import { answerReader, broken, contentReader } from "./decode.ts";
import { encodeObserve, encodeRead, encodeRequests } from "./encode.ts";
import { talk, type Connection } from "./talk.ts";

export interface HelperHostOptions {
  readonly connection: Connection;
  /** bounds how many connections are open at once, over all hosts that share a way */
  readonly limit?: ConnectionLimit;
  readonly run: (command: readonly string[], options: RunOptions) => Promise<RunResult>;
  readonly close: () => Promise<void>;
}

export type ConnectionLimit = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** A machine with the helper, however it is reached. */
export function openHelperHost({ connection, limit = (work) => work(), run, close }: HelperHostOptions): Host {
  const host = connection.host;
  return {
    name: host,
    observe: (targets) =>
      limit(async () => {
        const observations: TargetObservation[] = [];
        if (targets.length === 0) return observations;
        const onLine = observationReader(host, targets, (observation) => observations.push(observation));
        await talk(connection, { input: encodeObserve(targets), onLine, silence: usualSilence });
        return observations;
      }),
    perform: (controller, requests, options = {}) =>
      limit(async () => {
        const answers: HostAnswer[] = [];
        if (requests.length === 0) return answers;
        const onLine = answerReader(host, controller, requests, (answer) => {
          answers.push(answer);
          options.onAnswer?.(answer);
        });
        const { signal } = options;
        const input = encodeRequests(controller, requests);
        await talk(connection, {
          input,
          onLine,
          silence: silenceOf(requests),
          ...(signal === undefined ? {} : { signal }),
        });
        return answers;
      }),
    read: (target) =>
      limit(async () => {
        let content: TargetContent | undefined;
        const onLine = contentReader(host, target, (found) => {
          content = found;
        });
        await talk(connection, { input: encodeRead(target), onLine, silence: usualSilence });
        if (content === undefined) throw broken(host, `the content of ${target.id} is missing`);
        return content;
      }),
    run: (command, options) => limit(() => run(command, options)),
    close,
  };
}

const usualSilence = 60_000;

/** A restart may take as long as systemd's own limits (90 s to stop, 90 s to start); a prepare command a quarter hour. */
function silenceOf(requests: readonly HostRequest[]): number {
  const longest = requests.map((request) => {
    if (request.kind === "prepare") return 900_000;
    return request.kind === "verify" ? request.deadline : 180_000;
  });
  return usualSilence + Math.max(...longest);
}
