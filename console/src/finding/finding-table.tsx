import type { Finding } from "../api/finding.ts";
import { Badge } from "../element/badge.tsx";
import { Button } from "../element/button.tsx";
import { Ago } from "../element/moment.tsx";
import { Table, type Column } from "../element/table.tsx";
import { Thing } from "./thing.tsx";
import { pathText, stepText, toneOf, whereText } from "./words.ts";

interface FindingTableProps {
  readonly caption: string;
  readonly findings: readonly Finding[];
  /** what the heading above does not say */
  readonly shows: "place" | "thing" | "both";
  /** nobody who may not is asked */
  readonly onAccept: ((finding: Finding) => void) | undefined;
}

/** What was found, and what is to be done about each. */
export function FindingTable({ caption, findings, shows, onAccept }: FindingTableProps) {
  const columns: readonly Column<Finding>[] = [
    { title: "Place", cell: (one) => <Place finding={one} isWhole={shows !== "thing"} /> },
    ...(shows !== "place"
      ? [{ title: "What", cell: (one: Finding) => <Thing finding={one} isVersioned /> } satisfies Column<Finding>]
      : []),
    { title: "State", cell: (one) => <Badge tone={toneOf(one)}>{one.state}</Badge> },
    { title: "Next", cell: (one) => <Next finding={one} /> },
    { title: "How", cell: (one) => <How finding={one} /> },
    { title: "Seen", cell: (one) => <SeenAt finding={one} /> },
    ...(onAccept === undefined || !findings.some(mayStand)
      ? []
      : [
          {
            title: "Accept",
            cell: (one: Finding) => <Accept finding={one} onAccept={onAccept} />,
          } satisfies Column<Finding>,
        ]),
  ];
  return <Table caption={caption} columns={columns} rows={findings} rowKey={({ id }) => String(id)} />;
}

function Place({ finding, isWhole }: { readonly finding: Finding; readonly isWhole: boolean }) {
  return (
    <span className="grid gap-0.5 font-normal">
      <span className="font-mono text-sm wrap-anywhere">{pathText(finding)}</span>
      {isWhole && <span className="text-xs text-quiet wrap-anywhere">{whereText(finding)}</span>}
    </span>
  );
}

function Next({ finding }: { readonly finding: Finding }) {
  const { accepted, state } = finding;
  if (state === "accepted" && accepted !== undefined) {
    return (
      <span className="wrap-anywhere">
        {accepted.reason}{" "}
        <span className="text-quiet">
          until {accepted.until}, {accepted.by}
        </span>
      </span>
    );
  }
  return stepText(finding) ?? <span className="text-quiet">nothing</span>;
}

function How({ finding: { thing, places, commit, present } }: { readonly finding: Finding }) {
  const words = [
    ...(thing.kind === "value" ? [thing.encoding] : []),
    ...(places > 1 ? [`${places} places`] : []),
    ...(commit === undefined ? [] : [`since ${commit.slice(0, 12)}`]),
    ...(present ? [] : ["the history alone has it"]),
  ];
  return <span className="text-quiet">{words.length === 0 ? "–" : words.join(", ")}</span>;
}

function SeenAt({ finding: { firstAt, lastAt, actor, goneAt } }: { readonly finding: Finding }) {
  return (
    <span className="grid gap-0.5">
      <Ago at={goneAt ?? lastAt} />
      <span className="text-xs text-quiet wrap-anywhere">
        first <Ago at={firstAt} /> by {actor}
      </span>
    </span>
  );
}

function Accept({ finding, onAccept }: { readonly finding: Finding; readonly onAccept: (finding: Finding) => void }) {
  if (!mayStand(finding)) return <span className="text-quiet">–</span>;
  return (
    <Button small aria-label={`Accept ${pathText(finding)}…`} onClick={() => onAccept(finding)}>
      Accept…
    </Button>
  );
}

/** A live value is never accepted, and of what is gone there is nothing to accept. */
function mayStand({ state, version }: Finding): boolean {
  return state !== "gone" && version?.state !== "live";
}
