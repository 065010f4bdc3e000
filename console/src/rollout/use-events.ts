import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { listen, type ToldEvent } from "../api/events.ts";
import { eventsPath } from "../api/rollout.ts";

/** a rollout of hundreds of runtimes tells thousands */
const most = 400;

/**
 * What the rollout tells, oldest first. While it tells something the rollout itself is asked for again, at most twice a second;
 * at the end everything that it may have changed. `turn` begins anew, for one that is gone on with.
 */
export function useEvents(environment: string, rollout: string, turn: number): readonly ToldEvent[] {
  const client = useQueryClient();
  const [events, setEvents] = useState<readonly ToldEvent[]>([]);
  useEffect(() => {
    setEvents([]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      void client.invalidateQueries({ queryKey: ["rollout", environment, rollout] });
    };
    const close = listen(eventsPath(environment, rollout), {
      onEvent: (event) => {
        setEvents((before) => [...before, event].slice(-most));
        timer ??= setTimeout(look, 500);
      },
      onAnew: () => setEvents([]),
      onLost: look,
      onEnd: () => {
        look();
        for (const of of ["rollouts", "status", "drift", "settings"]) {
          void client.invalidateQueries({ queryKey: [of, environment] });
        }
      },
    });
    return () => {
      close();
      clearTimeout(timer);
    };
  }, [client, environment, rollout, turn]);
  return events;
}
