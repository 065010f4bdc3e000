import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/api.ts";
import { rotationUseQuery, type Rotation } from "../api/rotation.ts";
import type { Schemas } from "../api/schema.ts";
import { Loaded } from "../element/loaded.tsx";
import { Section } from "../element/section.tsx";
import { Table, type Column } from "../element/table.tsx";
import { useEnvironment } from "../shell/environment.ts";

type Verifier = Schemas["RotationUse"]["verifiers"][number];
type Presenter = Schemas["RotationUse"]["presenters"][number];

/** What instances tell of the secret just now, each by its own counts. */
export function UseTables({ rotation }: { readonly rotation: Rotation }) {
  const { name } = useEnvironment();
  const query = useQuery({
    ...rotationUseQuery(useApi(), name, rotation),
    enabled: rotation.instances.some(({ reports }) => reports),
  });
  if (!rotation.instances.some(({ reports }) => reports)) return null;
  return (
    <Section title="What instances tell now">
      <Loaded query={query} waiting="Asking every instance…">
        {({ verifiers, presenters }) => (
          <>
            {verifiers.length > 0 && (
              <Table
                caption="Which value verifiers are shown"
                columns={verifierColumns}
                rows={verifiers}
                rowKey={({ instance }) => instance}
              />
            )}
            {presenters.length > 0 && (
              <Table
                caption="How calls of presenters go"
                columns={presenterColumns}
                rows={presenters}
                rowKey={({ instance }) => instance}
              />
            )}
          </>
        )}
      </Loaded>
      <p className="max-w-prose text-sm text-quiet wrap-anywhere">
        Calls with the value that each has in {rotation.name}, in {rotation.name}_PREVIOUS and in {rotation.name}_NEXT,
        since it was started or was given another one; those that prove a step count as well. Nothing is forgotten while
        somebody presents the old value.
      </p>
    </Section>
  );
}

const slots = [
  ["current", "Present"],
  ["previous", "Previous"],
  ["next", "Next"],
  ["refused", "Refused"],
] as const;

const verifierColumns: readonly Column<Verifier>[] = [
  { title: "Verifier", cell: ({ instance }) => instance },
  ...slots.map(([slot, title]): Column<Verifier> => {
    return { title, align: "right", cell: ({ report, detail }) => report?.[slot].count ?? unread(detail) };
  }),
];

const counts = [
  ["attached", "Went through"],
  ["retried", "Elsewhere"],
  ["refused", "Refused"],
  ["broken", "Broken"],
] as const;

const presenterColumns: readonly Column<Presenter>[] = [
  { title: "Presenter", cell: ({ instance }) => instance },
  ...counts.map(([field, title]): Column<Presenter> => {
    return {
      title,
      align: "right",
      cell: ({ report, detail }) => (
        <span className={(field === "refused" || field === "broken") && (report?.[field] ?? 0) > 0 ? "text-bad" : ""}>
          {report?.[field] ?? unread(detail)}
        </span>
      ),
    };
  }),
  { title: "Slowest", align: "right", cell: ({ report }) => (report === undefined ? "–" : `${report.slowestMs} ms`) },
];

function unread(detail: string | undefined) {
  return (
    <span title={detail} className="text-warn">
      not told
    </span>
  );
}
