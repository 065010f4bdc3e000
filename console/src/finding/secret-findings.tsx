import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { findingsQuery, type Finding } from "../api/finding.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Section } from "../element/section.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import { AcceptDrawer } from "./accept-drawer.tsx";
import { FindingTable } from "./finding-table.tsx";

/** Where scans found a value of this name. */
export function SecretFindings({ name }: { readonly name: string }) {
  const environment = useEnvironment();
  const query = useQuery(findingsQuery(useApi(), environment.name));
  const [accepting, setAccepting] = useState<Finding>();
  return (
    <Section title="Found by scans">
      <Loaded query={query} waiting="Reading the store…">
        {({ findings }) => {
          const own = findings.filter(({ thing }) => thing.kind === "value" && thing.name === name);
          if (own.length === 0) return <Empty title="No scan found it" />;
          return (
            <FindingTable
              caption="Found by scans"
              findings={own}
              shows="both"
              onAccept={covers(environment, "operator") ? setAccepting : undefined}
            />
          );
        }}
      </Loaded>
      {accepting !== undefined && <AcceptDrawer finding={accepting} onClose={() => setAccepting(undefined)} />}
    </Section>
  );
}
