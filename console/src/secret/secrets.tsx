import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useApi } from "../api/api.ts";
import { secretsQuery } from "../api/environment.ts";
import type { Secret } from "../api/secret.ts";
import { Button } from "../element/button.tsx";
import { Empty } from "../element/empty.tsx";
import { Filter } from "../element/filter.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { covers, useEnvironment } from "../shell/environment.ts";
import { SecretTable } from "./secret-table.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { useSelection } from "./selection.ts";

const PasteDrawer = lazy(async () => ({ default: (await import("./paste-drawer.tsx")).PasteDrawer }));
const Reveal = lazy(async () => ({ default: (await import("./reveal.tsx")).Reveal }));

export function Secrets() {
  const environment = useEnvironment();
  const { name } = environment;
  const { names } = useSearch({ from: "/secrets" });
  const query = useQuery(secretsQuery(useApi(), name));
  const [wanted, setWanted] = useState("");
  const [pasting, setPasting] = useState(false);
  const [revealed, setRevealed] = useState<Secret>();
  const selection = useSelection(names);
  const mayChange = covers(environment, "operator");
  return (
    <Page
      title="Secrets"
      about="What the store holds, by fingerprint: equal fingerprints are equal values of one name. A value is shown to an admin who asks for it, and to nobody else."
      actions={
        <>
          {mayChange && <Button onClick={() => setPasting(true)}>Paste a .env…</Button>}
          <Refresh />
        </>
      }
    >
      <Loaded query={query} waiting="Reading the store…">
        {({ secrets }) => {
          const shown = secrets.filter((one) => matches(one, wanted));
          return secrets.length === 0 ? (
            <Empty title="Nothing is stored yet" command={`keyturn set NAME --env ${name}`}>
              Values come from a prompt or standard input, or from a .env that is pasted here, and never from the
              command line itself.
            </Empty>
          ) : (
            <>
              <Filter label="Name, service or person" value={wanted} onChange={setWanted} />
              {mayChange && <SelectionBar secrets={secrets} shown={shown} selection={selection} />}
              <SecretTable
                secrets={shown}
                selection={mayChange ? selection : undefined}
                onReveal={covers(environment, "admin") ? setRevealed : undefined}
              />
            </>
          );
        }}
      </Loaded>
      <Suspense>
        {pasting && <PasteDrawer onClose={() => setPasting(false)} />}
        {revealed !== undefined && <Reveal secret={revealed} onClose={() => setRevealed(undefined)} />}
      </Suspense>
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
