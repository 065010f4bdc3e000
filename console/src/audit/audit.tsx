import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { auditQuery } from "../api/environment.ts";
import { Empty } from "../element/empty.tsx";
import { Filter } from "../element/filter.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { AuditTable } from "./audit-table.tsx";
import { detailText } from "./detail.ts";

export function Audit() {
  const { name } = useEnvironment();
  const query = useQuery(auditQuery(useApi(), name));
  const [wanted, setWanted] = useState("");
  return (
    <Page
      title="Audit"
      about={
        <>
          The last 200 entries, newest first. <code className="font-mono">keyturn audit verify</code> proves that none
          was cut out.
        </>
      }
      actions={<Refresh />}
    >
      <Loaded query={query} waiting="Reading the log…">
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty title="Nothing happened here yet">Each change of this environment leaves an entry.</Empty>
          ) : (
            <>
              <Filter label="Person, action or subject" value={wanted} onChange={setWanted} />
              <AuditTable entries={entries.toReversed().filter((one) => matches(one, wanted))} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

interface Searched {
  readonly actor: { readonly name: string };
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function matches({ actor, action, subject, detail }: Searched, wanted: string): boolean {
  const word = wanted.trim().toLowerCase();
  return [actor.name, action, subject, detailText(detail)].some((text) => text.toLowerCase().includes(word));
}
