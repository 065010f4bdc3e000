import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useApi } from "../api/api.ts";
import { runtimesQuery, useRestart } from "../api/runtime.ts";
import { Confirm } from "../element/confirm.tsx";
import { Empty } from "../element/empty.tsx";
import { FailureNotice } from "../element/failure-notice.tsx";
import { Filter } from "../element/filter.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import { RuntimeTable } from "./runtime-table.tsx";

/** What runs for users. A restart is a rollout, and leads to its page. */
export function Runtimes() {
  const environment = useEnvironment();
  const { name } = environment;
  const query = useQuery(runtimesQuery(useApi(), name));
  const [wanted, setWanted] = useState("");
  const restart = useRestart(name);
  const navigate = useNavigate();
  const begin = (body: { readonly service: string; readonly user?: string }) =>
    restart.mutate(body, {
      onSuccess: (begun) => {
        if ("rollout" in begun && typeof begun.rollout === "string") {
          void navigate({ to: "/rollouts/$rollout", params: { rollout: begun.rollout }, search: { env: name } });
        }
      },
    });
  return (
    <Page title="Runtimes" about="What runs for users, one for each of them." actions={<Refresh />}>
      {restart.error !== null && <FailureNotice error={restart.error} />}
      <Loaded query={query} waiting="Asking every engine…">
        {({ runtimes }) =>
          runtimes.length === 0 ? (
            <Empty title="No user has a runtime yet" command={`keyturn runtimes create USER --env ${name}`}>
              Services with <code className="font-mono">per-user: true</code> run once for each user.
            </Empty>
          ) : (
            <>
              <div className="flex flex-wrap items-center justify-between gap-3">
                <Filter label="User, host or state" value={wanted} onChange={setWanted} />
                {covers(environment, "admin") &&
                  servicesOf(runtimes).map(({ service, count }) => (
                    <Confirm
                      key={service}
                      trigger={`Restart all of ${service}`}
                      title={`Restart ${countText(count)} of ${service}?`}
                      action="Restart all"
                      disabled={restart.isPending}
                      onConfirm={() => begin({ service })}
                    >
                      One first, then the others in waves. A new one is healthy before the old one goes, and when one
                      does not come up all go back.
                    </Confirm>
                  ))}
              </div>
              <RuntimeTable
                runtimes={runtimes.filter((one) => matches(one, wanted))}
                busy={restart.isPending}
                {...(covers(environment, "operator")
                  ? { onRestart: ({ service, user }: { service: string; user: string }) => begin({ service, user }) }
                  : {})}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function servicesOf(runtimes: readonly { readonly service: string }[]) {
  const byService = Map.groupBy(runtimes, ({ service }) => service);
  return [...byService].map(([service, all]) => ({ service, count: all.length }));
}

function countText(count: number): string {
  return count === 1 ? "the only runtime" : `${count} runtimes`;
}

function matches(
  { user, service, host, state }: { readonly user: string; service: string; host: string; state: string },
  wanted: string,
): boolean {
  const word = wanted.trim().toLowerCase();
  return [user, service, host, state].some((text) => text.toLowerCase().includes(word));
}
