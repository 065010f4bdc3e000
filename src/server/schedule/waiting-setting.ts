import { rollOutWaiting, type Caller } from "#operation";
import { AppError } from "#kernel";
import type { Desk } from "../desk/desk.ts";
import type { Visit } from "../visit.ts";
import { tell, type Teller } from "./trouble.ts";

interface WaitingOptions extends Teller {
  readonly desk: Desk;
  readonly visit: Visit;
  readonly environments: () => Promise<readonly string[]>;
}

const starter: Caller = {
  kind: "token",
  name: "start",
  actor: { name: "service:start" },
  held: [{ environment: "*", role: "admin" }],
};

/** Settings that somebody saved and was cut short with are rolled out when a server starts, as they were meant to be. */
export async function rollOutWaitingSettings(options: WaitingOptions): Promise<void> {
  const { desk, visit, environments } = options;
  const names = await environments().catch((error: unknown) => {
    tell(options, error, { doing: "settings" });
    return [];
  });
  await Promise.all(
    names.map(async (environment) => {
      try {
        await desk.start(async (watcher) => {
          const visited = visit(starter, environment);
          await rollOutWaiting(visited.context, watcher).finally(() => visited.close());
        });
      } catch (error) {
        // a server that stops meanwhile leaves them waiting
        if (!(error instanceof AppError && error.code === "CANCELLED")) {
          tell(options, error, { doing: "settings", environment });
        }
      }
    }),
  );
}
