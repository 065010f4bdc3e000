import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useApi } from "../api/api.ts";
import { secretsQuery, statusQuery } from "../api/environment.ts";
import { rotationsQuery } from "../api/rotation.ts";
import { historyQuery, holdersQuery, type Secret } from "../api/secret.ts";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { Page } from "../element/page.tsx";
import { Refresh } from "../element/refresh.tsx";
import { Section } from "../element/section.tsx";
import { SecretFindings } from "../finding/secret-findings.tsx";
import { OpenRotations } from "../rotation/open-rotations.tsx";
import { RotationTable } from "../rotation/rotation-table.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { HolderTable } from "./holder-table.tsx";
import { StoredList } from "./stored-list.tsx";
import { VersionTable } from "./version-table.tsx";

const RotateDrawer = lazy(async () => ({ default: (await import("../rotation/rotate-drawer.tsx")).RotateDrawer }));

interface Asked {
  readonly secret: Secret;
  readonly compromised: boolean;
}

/** One name: what is stored, who holds it, every version, and its rotations. */
export function SecretPage() {
  const { name } = useParams({ from: "/secrets/$name" });
  const { name: environment } = useEnvironment();
  const api = useApi();
  const secrets = useQuery(secretsQuery(api, environment));
  const holders = useQuery(holdersQuery(api, environment, name));
  const versions = useQuery(historyQuery(api, environment, name));
  const rotations = useQuery(rotationsQuery(api, environment));
  const status = useQuery(statusQuery(api, environment));
  const [asked, setAsked] = useState<Asked>();
  const own = (rotations.data?.rotations ?? []).filter((one) => one.name === name || one.companion?.name === name);
  const open = own.find(({ state }) => state === "open");
  return (
    <Page title={name} about="What the store knows of it, by fingerprint: no value." actions={<Refresh />}>
      <OpenRotations rotations={own} />
      <Loaded query={secrets} waiting="Reading the store…">
        {({ secrets: all }) => (
          <StoredList
            secrets={all.filter((one) => one.name === name)}
            open={open}
            onRotate={(secret, compromised) => setAsked({ secret, compromised })}
          />
        )}
      </Loaded>
      <Section title="Who holds it">
        <Loaded query={holders} waiting="Reading contracts and releases…">
          {({ holders: all }) => <HolderTable holders={all} rows={status.data?.rows} isOpen={open !== undefined} />}
        </Loaded>
      </Section>
      <Section title="Versions">
        <Loaded query={versions} waiting="Reading the store…">
          {({ versions: all }) => <VersionTable versions={all} />}
        </Loaded>
      </Section>
      <SecretFindings name={name} />
      <Section title="Rotations">
        {own.length === 0 ? (
          <Empty title="It was never rotated">
            A rotation gives it another value in everything that holds it, in steps that are proved.
          </Empty>
        ) : (
          <RotationTable rotations={own} />
        )}
      </Section>
      <Suspense>{asked !== undefined && <RotateDrawer {...asked} onClose={() => setAsked(undefined)} />}</Suspense>
    </Page>
  );
}
