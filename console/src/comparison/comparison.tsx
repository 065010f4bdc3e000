import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { environmentsQuery, secretsQuery } from "../api/environment.ts";
import { Empty } from "../element/empty.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Filter } from "../element/filter.tsx";
import { Loading } from "../element/loading.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { ComparisonTable } from "./comparison-table.tsx";
import { compare } from "./compare.ts";

/** Which environment has which value; whether two are equal can't be told, since each has keys of its own. */
export function Comparison() {
  const api = useApi();
  const { data } = useQuery(environmentsQuery(api));
  const names = data?.environments.map(({ name }) => name) ?? [];
  const queries = useQueries({ queries: names.map((name) => secretsQuery(api, name)) });
  const [wanted, setWanted] = useState("");
  const [gapsOnly, setGapsOnly] = useState(false);
  const rows = compare(names.map((name, index) => ({ name, secrets: queries[index]?.data?.secrets ?? [] })));
  const shown = rows.filter(
    ({ name, held }) =>
      name.toLowerCase().includes(wanted.trim().toLowerCase()) && (!gapsOnly || held.size < names.length),
  );
  const failed = queries.find(({ error }) => error !== null);
  return (
    <Page
      title="Side by side"
      about="What each environment holds, without values. Fingerprints of two environments say nothing of each other."
      actions={<Refresh />}
    >
      {failed?.error != null && <FailureNotice error={failed.error} onRetry={() => void failed.refetch()} />}
      {queries.some(({ isPending }) => isPending) && <Loading what="Reading the stores…" />}
      {rows.length === 0 && queries.every(({ isSuccess }) => isSuccess) && (
        <Empty title="Nothing is stored in any of them" command="keyturn set NAME --env ENVIRONMENT" />
      )}
      {rows.length > 0 && (
        <>
          <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
            <Filter label="Name" value={wanted} onChange={setWanted} />
            <label className="flex items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={gapsOnly}
                onChange={({ target }) => setGapsOnly(target.checked)}
                className="size-4 accent-accent"
              />
              only where one lacks it
            </label>
          </div>
          <ComparisonTable environments={names} rows={shown} />
        </>
      )}
    </Page>
  );
}
