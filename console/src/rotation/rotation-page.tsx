import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useApi } from "../api/api.ts";
import { rotationQuery, type Rotation } from "../api/rotation.ts";
import { Loaded } from "../element/loaded.tsx";
import { Span } from "../element/moment.tsx";
import { Page } from "../element/page.tsx";
import { SecretLink } from "../secret/secret-link.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { RotationView } from "./rotation-view.tsx";

export function RotationPage() {
  const { rotation: id } = useParams({ from: "/rotations/$rotation" });
  const { name: environment } = useEnvironment();
  const query = useQuery(rotationQuery(useApi(), environment, id));
  return (
    <Page
      title="Rotation"
      about={
        query.data && (
          <>
            <SecretLink name={query.data.name} /> from v{query.data.versions.from} to v{query.data.versions.to}
            <Companion rotation={query.data} />, begun by {query.data.actor},{" "}
            <Span from={query.data.startedAt} to={query.data.endedAt} />
          </>
        )
      }
    >
      <Loaded query={query} waiting="Reading the store…">
        {(rotation) => <RotationView rotation={rotation} />}
      </Loaded>
    </Page>
  );
}

function Companion({ rotation: { companion, companionVersions } }: { readonly rotation: Rotation }) {
  if (companion === undefined) return null;
  return (
    <>
      {" "}
      and <SecretLink name={companion.name} /> from v{companionVersions?.from} to v{companionVersions?.to}
    </>
  );
}
