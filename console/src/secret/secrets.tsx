import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useApi } from "../api/api.ts";
import { secretsQuery } from "../api/environment.ts";
import { Empty } from "../element/empty.tsx";
import { Filter } from "../element/filter.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import { SecretTable, type Secret } from "./secret-table.tsx";

const Reveal = lazy(async () => ({ default: (await import("./reveal.tsx")).Reveal }));

export function Secrets() {
  const environment = useEnvironment();
  const { name } = environment;
  const query = useQuery(secretsQuery(useApi(), name));
  const [wanted, setWanted] = useState("");
  const [revealed, setRevealed] = useState<Secret>();
  return (
    <Page
      title="Secrets"
      about="What the store holds, by fingerprint: equal fingerprints are equal values of one name. A value is shown to an admin who asks for it, and to nobody else."
      actions={<Refresh />}
    >
      <Loaded query={query} waiting="Reading the store…">
        {({ secrets }) =>
          secrets.length === 0 ? (
            <Empty title="Nothing is stored yet" command={`keyturn set NAME --env ${name}`}>
              Values come from a prompt or standard input, and never from the command line itself.
            </Empty>
          ) : (
            <>
              <Filter label="Name, service or person" value={wanted} onChange={setWanted} />
              <SecretTable
                secrets={secrets.filter((one) => matches(one, wanted))}
                onReveal={covers(environment, "admin") ? setRevealed : undefined}
              />
            </>
          )
        }
      </Loaded>
      {revealed !== undefined && (
        <Suspense>
          <Reveal secret={revealed} onClose={() => setRevealed(undefined)} />
        </Suspense>
      )}
    </Page>
  );
}

interface Searched {
  readonly name: string;
  readonly actor: string;
  readonly holders: readonly string[];
}

function matches({ name, actor, holders }: Searched, wanted: string): boolean {
  const word = wanted.trim().toLowerCase();
  return [name, actor, ...holders].some((text) => text.toLowerCase().includes(word));
}
