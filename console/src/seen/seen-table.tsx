import type { Person } from "./people-table.tsx";
import { Badge } from "../element/badge.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import type { Tone } from "../element/tone.ts";
import { placeOf } from "../secret/selection.ts";

type SeenVersion = Person["seen"][number];

const uses: Readonly<Record<SeenVersion["use"], { readonly tone: Tone; readonly text: string }>> = {
  present: { tone: "warn", text: "in use" },
  running: { tone: "warn", text: "still running" },
  replaced: { tone: "plain", text: "replaced" },
  retired: { tone: "good", text: "retired" },
  compromised: { tone: "good", text: "compromised" },
};

const columns: readonly Column<SeenVersion>[] = [
  { title: "Secret", cell: ({ name }) => <span className="font-mono text-sm wrap-anywhere">{name}</span> },
  { title: "Version", cell: (one) => <Version {...one} /> },
  { title: "Now", cell: ({ use }) => <Badge tone={uses[use].tone}>{uses[use].text}</Badge> },
  { title: "How", cell: ({ ways }) => <Ways ways={ways} /> },
];

export function SeenTable({ seen }: { readonly seen: readonly SeenVersion[] }) {
  return <Table caption="What they saw" columns={columns} rows={seen} rowKey={keyOf} />;
}

function keyOf({ name, scope, number }: SeenVersion): string {
  return `${name} ${number} ${placeOf(scope)}`;
}

function Version({ number, scope }: SeenVersion) {
  const only = placeOf(scope);
  return (
    <>
      v{number}
      {only !== "" && (
        <span className="text-quiet"> {only === "global_settings" ? "provider setting" : `only ${only}`}</span>
      )}
    </>
  );
}

function Ways({ ways }: Pick<SeenVersion, "ways">) {
  return (
    <ul className="grid gap-0.5">
      {ways.map(({ way, actor, certain, at, times }) => (
        <li key={`${way} ${actor}`}>
          {!certain && <span className="text-quiet">perhaps </span>}
          {way}
          {times > 1 && ` ${times} times`} <Ago at={at} /> <span className="text-quiet wrap-anywhere">{actor}</span>
        </li>
      ))}
    </ul>
  );
}
