import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { listen, type ToldEvent } from "./events.ts";

/** a rollout of hundreds of runtimes tells thousands */
const most = 400;

interface Told {
  /** where the server tells it */
  readonly path: string;
  /** of what it is about: asked for again while something is told, at most twice a second */
  readonly about: QueryKey;
  /** everything that it may have changed at its end, in this environment */
  readonly changes: readonly string[];
  readonly environment: string;
  /** begins anew with another number, for what is gone on with */
  readonly turn: number;
}

/** What the server tells of a rollout or a rotation, oldest first. */
export function useEvents({ path, about, changes, environment, turn }: Told): readonly ToldEvent[] {
  const client = useQueryClient();
  const [events, setEvents] = useState<readonly ToldEvent[]>([]);
  const keys = JSON.stringify([about, changes]);
  useEffect(() => {
    setEvents([]);
    const [queryKey, changed] = JSON.parse(keys) as [QueryKey, readonly string[]];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      void client.invalidateQueries({ queryKey });
    };
    const close = listen(path, {
      onEvent: (event) => {
        setEvents((before) => [...before, event].slice(-most));
        timer ??= setTimeout(look, 500);
      },
      onAnew: () => setEvents([]),
      onLost: look,
      onEnd: () => {
        look();
        for (const of of changed) void client.invalidateQueries({ queryKey: [of, environment] });
      },
    });
    return () => {
      close();
      clearTimeout(timer);
    };
  }, [client, environment, path, keys, turn]);
  return events;
}
