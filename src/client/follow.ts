import type { RolloutProgress } from "#operation";
import { lookOn } from "./look-on.ts";
import { inPath } from "./name.ts";
import type { Server } from "./server.ts";
import type { Listener } from "./teller.ts";

/** A rollout that the server carries out, and who looks on. */
export interface Following extends Listener {
  readonly rollout: string;
}

/** Until nothing is at work on it any more, and how it is then: see {@link lookOn}. */
export async function follow(server: Server, { rollout: id, ...listener }: Following): Promise<RolloutProgress> {
  const path = `/rollouts/${inPath(id)}`;
  await lookOn(server, { ...listener, id, path, stop: "pause", goOn: "keyturn apply --resume" });
  return server.askHere<RolloutProgress>("GET", path);
}
