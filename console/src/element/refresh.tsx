import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { Button } from "./button.tsx";

/** Asks again for everything that the page shows. */
export function Refresh() {
  const client = useQueryClient();
  const fetching = useIsFetching() > 0;
  return (
    <Button busy={fetching} onClick={() => void client.invalidateQueries({ type: "active" })}>
      {fetching ? "Looking…" : "Look again"}
    </Button>
  );
}
