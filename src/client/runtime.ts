import { runtimeFailed, type CreatedRuntime, type Home } from "#operation";
import { rollOut, type BegunOrNothing, type Planned } from "./deploy.ts";
import { follow } from "./follow.ts";
import { outcomeOf } from "./rolled-out.ts";
import type { Server } from "./server.ts";

type Runtimes = "createRuntime" | "removeRuntime" | "restartRuntimes";

/** What runs for users. A user's id is chosen elsewhere and may look like anything: no address gets it. */
export function runtimes(server: Server): Pick<Home, Runtimes> {
  const { askHere } = server;
  return {
    createRuntime: async ({ user, service, onEvent = () => undefined, signal }) => {
      const { rollout, ...runtime } = await askHere<Placed>("POST", "/runtimes", { body: { user, service } });
      if (rollout === undefined) return runtime;
      const progress = await follow(server, { rollout, onEvent, ...(signal === undefined ? {} : { signal }) });
      const outcome = outcomeOf(server, progress);
      if (outcome.kind !== "done") throw runtimeFailed(user, outcome.failure);
      return runtime;
    },
    restartRuntimes: ({ user, service, now, confirm, ...watcher }) => {
      const which = { user, service };
      return rollOut(server, {
        ...watcher,
        part: [],
        look: () => askHere<Planned>("POST", "/runtimes/restart/preview", { body: which }),
        confirm: ({ changes }) => confirm(changes.length),
        begin: (expected) =>
          askHere<BegunOrNothing>("POST", "/runtimes/restart", { body: { ...which, now, expected } }),
      });
    },
    removeRuntime: ({ user, service }) =>
      askHere<{ readonly target: string }>("POST", "/runtimes/remove", { body: { user, service } }),
  };
}

type Placed = CreatedRuntime & { readonly rollout?: string };
