import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { driftQuery, secretsQuery, statusQuery } from "../api/environment.ts";
import { rotationsQuery } from "../api/rotation.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { Section } from "../element/section.tsx";
import { NewFindings } from "../finding/new-findings.tsx";
import { OpenRollout } from "../rollout/open-rollout.tsx";
import { DueNotice } from "../rotation/due-notice.tsx";
import { OpenRotations } from "../rotation/open-rotations.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { DriftList } from "./drift-list.tsx";
import { Findings } from "./findings.tsx";
import { InstanceTable } from "./instance-table.tsx";
import { Summary } from "./summary.tsx";

export function Overview() {
  const api = useApi();
  const { name } = useEnvironment();
  const status = useQuery(statusQuery(api, name));
  const drift = useQuery(driftQuery(api, name));
  const rotations = useQuery(rotationsQuery(api, name));
  const secrets = useQuery(secretsQuery(api, name));
  return (
    <Page title="Overview" about={status.data && `${status.data.platform}, ${name}`} actions={<Refresh />}>
      <Loaded query={status} waiting="Asking every host how it is…">
        {({ rows, open, findings }) => (
          <>
            {open !== undefined && <OpenRollout open={open} />}
            <DueNotice secrets={secrets.data?.secrets ?? []} />
            <OpenRotations rotations={rotations.data?.rotations ?? []} />
            <NewFindings />
            <Summary rows={rows} drift={drift.data} />
            {rows.length === 0 ? (
              <Empty title="No service runs here yet" command={`keyturn apply --env ${name}`}>
                The manifest names no service with a host in this environment, or none was delivered.
              </Empty>
            ) : (
              <InstanceTable rows={rows} drift={drift.data?.drift ?? []} />
            )}
            <Findings findings={findings} />
          </>
        )}
      </Loaded>
      <Section id="drift" title="Drift">
        <Loaded query={drift} waiting="Comparing what runs with the store…">
          {(found) => <DriftList {...found} />}
        </Loaded>
      </Section>
    </Page>
  );
}
