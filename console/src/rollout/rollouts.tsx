import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { rolloutsQuery } from "../api/environment.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { RolloutTable } from "./rollout-table.tsx";

export function Rollouts() {
  const { name } = useEnvironment();
  const query = useQuery(rolloutsQuery(useApi(), name));
  return (
    <Page title="Rollouts" about="Every change that went out, newest first." actions={<Refresh />}>
      <Loaded query={query} waiting="Reading the journal…">
        {({ rollouts }) =>
          rollouts.length === 0 ? (
            <Empty title="Nothing went out yet" command={`keyturn apply --env ${name}`}>
              The first rollout delivers what the store holds to every service.
            </Empty>
          ) : (
            <RolloutTable rollouts={rollouts} />
          )
        }
      </Loaded>
    </Page>
  );
}
