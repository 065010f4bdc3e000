import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { rotationsQuery } from "../api/rotation.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { RotationTable } from "./rotation-table.tsx";

export function Rotations() {
  const { name } = useEnvironment();
  const query = useQuery(rotationsQuery(useApi(), name));
  return (
    <Page
      title="Rotations"
      about="Secrets that were given another value in everything that holds them, newest first."
      actions={<Refresh />}
    >
      <Loaded query={query} waiting="Reading the store…">
        {({ rotations }) =>
          rotations.length === 0 ? (
            <Empty title="Nothing was rotated yet" command={`keyturn plan --rotate NAME --env ${name}`}>
              The page of each secret begins one, and shows first what it would do.
            </Empty>
          ) : (
            <RotationTable rotations={rotations} />
          )
        }
      </Loaded>
    </Page>
  );
}
