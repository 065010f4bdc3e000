import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useApi } from "../api/api.ts";
import { findingsQuery, type Finding } from "../api/finding.ts";
import { Empty } from "../element/empty.tsx";
import { Filter } from "../element/filter.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import { AcceptDrawer } from "./accept-drawer.tsx";
import { matches } from "./finding-group.ts";
import { FindingGroups } from "./finding-groups.tsx";
import { StateFilter } from "./state-filter.tsx";
import { ViewChooser } from "./view-chooser.tsx";

const RotateDrawer = lazy(async () => ({ default: (await import("../rotation/rotate-drawer.tsx")).RotateDrawer }));

/** What scans found, by secret or by place. View and state are in the address, so that a link shows the same. */
export function Findings() {
  const environment = useEnvironment();
  const { name } = environment;
  const { view = "secret", state } = useSearch({ from: "/findings" });
  const query = useQuery(findingsQuery(useApi(), name));
  const [wanted, setWanted] = useState("");
  const [accepting, setAccepting] = useState<Finding>();
  const [rotating, setRotating] = useState<Finding>();
  const mayChange = covers(environment, "operator");
  return (
    <Page
      title="Findings"
      about="Where scans found values of the store, and credentials that it does not have. A value that stood somewhere is known to whoever read it, also when it is gone from there."
      actions={<Refresh />}
    >
      <Loaded query={query} waiting="Reading the store…">
        {({ findings }) => {
          if (findings.length === 0) return <NothingFound environment={name} />;
          const shown = findings.filter((one) => (state === undefined || one.state === state) && matches(one, wanted));
          return (
            <>
              <ViewChooser view={view} state={state} />
              <div className="flex flex-wrap items-center gap-3">
                <Filter label="Name, place or person" value={wanted} onChange={setWanted} />
                <StateFilter findings={findings} view={view} state={state} />
              </div>
              {shown.length === 0 ? (
                <Empty title="No finding is like that" />
              ) : (
                <FindingGroups
                  findings={shown}
                  view={view}
                  onAccept={mayChange ? setAccepting : undefined}
                  onRotate={mayChange ? setRotating : undefined}
                />
              )}
            </>
          );
        }}
      </Loaded>
      {accepting !== undefined && <AcceptDrawer finding={accepting} onClose={() => setAccepting(undefined)} />}
      <Suspense>
        {rotating?.thing.kind === "value" && (
          <RotateDrawer secret={rotating.thing} compromised onClose={() => setRotating(undefined)} />
        )}
      </Suspense>
    </Page>
  );
}

function NothingFound({ environment }: { readonly environment: string }) {
  return (
    <Empty title="No scan found anything that is kept" command={`keyturn scan --git --env ${environment}`}>
      Scans run where the store is: of files, of a repository&apos;s whole history with <code>--git</code>, of what is
      piped in with <code>--stdin --label NAME</code>. What they find is listed here by place, without a value.
    </Empty>
  );
}
