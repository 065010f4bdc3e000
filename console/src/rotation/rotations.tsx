import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { secretsQuery } from "../api/environment.ts";
import { rotationsQuery } from "../api/rotation.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { Section } from "../element/section.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { WaitingOutside } from "./outside.tsx";
import { RotationTable } from "./rotation-table.tsx";
import { ScheduleTable } from "./schedule-table.tsx";

export function Rotations() {
  const { name } = useEnvironment();
  const api = useApi();
  const query = useQuery(rotationsQuery(api, name));
  const secrets = useQuery(secretsQuery(api, name));
  const scheduled = (secrets.data?.secrets ?? []).filter(({ rotation }) => rotation !== undefined);
  return (
    <Page
      title="Rotations"
      about="Secrets that were given another value in everything that holds them, newest first."
      actions={<Refresh />}
    >
      {scheduled.length > 0 && (
        <Section title="By the calendar">
          <ScheduleTable secrets={scheduled} />
        </Section>
      )}
      <Loaded query={query} waiting="Reading the store…">
        {({ rotations, unkept }) =>
          rotations.length + unkept.length === 0 ? (
            <Empty title="Nothing was rotated yet" command={`keyturn plan --rotate NAME --env ${name}`}>
              The page of each secret begins one, and shows first what it would do.
            </Empty>
          ) : (
            <>
              <WaitingOutside rotations={rotations} unkept={unkept} />
              <Section title="Until now">
                <RotationTable rotations={rotations} />
              </Section>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
