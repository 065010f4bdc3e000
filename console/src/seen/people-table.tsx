import { Link } from "@tanstack/react-router";
import type { Schemas } from "../api/schema.ts";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { useEnvironment } from "../shell/environment.ts";

export type Person = Schemas["Sightings"]["people"][number];

const columns: readonly Column<Person>[] = [
  { title: "Person", cell: ({ person }) => <PersonLink person={person} /> },
  { title: "In use", align: "right", cell: ({ rotate }) => rotate.length },
  { title: "Ever", align: "right", cell: ({ seen }) => new Set(seen.map(({ name }) => name)).size },
  { title: "Last", cell: ({ seen }) => <Ago at={Math.max(...seen.flatMap(({ ways }) => ways.map(({ at }) => at)))} /> },
  {
    title: "In the log as",
    cell: ({ actors }) => <span className="text-quiet wrap-anywhere">{actors.join(", ")}</span>,
  },
];

/** How many secrets each knows that are in use now, and how many they ever saw. */
export function PeopleTable({ people }: { readonly people: readonly Person[] }) {
  return (
    <Table caption="People and the secrets they saw" columns={columns} rows={people} rowKey={({ person }) => person} />
  );
}

function PersonLink({ person }: Pick<Person, "person">) {
  const { name: env } = useEnvironment();
  return (
    <Link to="/seen" search={{ env, person }} className="text-accent underline underline-offset-2 wrap-anywhere">
      {person}
    </Link>
  );
}
