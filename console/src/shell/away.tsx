import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { isAway } from "../api/failure.ts";

/** At the foot of every page as long as something is asked for in vain, because nobody answers. */
export function Away() {
  const message = useAway();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-0 z-40 grid place-items-center p-4">
      {message !== undefined && (
        <p className="rounded-md border border-edge bg-panel px-3 py-2 text-sm text-quiet">
          {message}; this page comes back by itself
        </p>
      )}
    </div>
  );
}

function useAway(): string | undefined {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  return useSyncExternalStore(subscribe, () => {
    const waiting = cache.getAll().filter(({ state }) => state.fetchStatus !== "idle");
    return waiting.map(({ state }) => state.fetchFailureReason).find(isAway)?.message;
  });
}
