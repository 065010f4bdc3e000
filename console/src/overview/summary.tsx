import type { Schemas } from "../api/schema.ts";
import { texts, type Tone } from "../element/tone.ts";
import { stateTone } from "./health.ts";
import type { Row } from "./row.ts";

interface SummaryProps {
  readonly rows: readonly Row[];
  readonly drift: Schemas["Drift"] | undefined;
}

/** The four numbers that say whether to read on. */
export function Summary({ rows, drift }: SummaryProps) {
  const running = rows.filter(({ state }) => stateTone(state) === "good").length;
  const unhealthy = rows.filter(({ health }) => health.kind === "unhealthy").length;
  const drifted = drift?.drift.length;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-4">
      <Figure
        title="Services"
        value={new Set(rows.map(({ service }) => service)).size}
        note={`on ${countOf(rows, "host")}`}
      />
      <Figure
        title="Running"
        value={running}
        note={`of ${rows.length}`}
        tone={running === rows.length ? "good" : "warn"}
      />
      <Figure title="Unhealthy" value={unhealthy} tone={unhealthy === 0 ? "good" : "bad"} />
      <Figure
        title="Drift"
        value={drifted ?? "…"}
        tone={drifted === 0 ? "good" : drifted === undefined ? "plain" : "warn"}
      />
    </dl>
  );
}

function countOf(rows: readonly Row[], field: "host"): string {
  const count = new Set(rows.map((row) => row[field])).size;
  return count === 1 ? "1 host" : `${count} hosts`;
}

interface FigureProps {
  readonly title: string;
  readonly value: number | string;
  readonly note?: string;
  readonly tone?: Tone;
}

function Figure({ title, value, note, tone }: FigureProps) {
  return (
    <div className="bg-panel px-4 py-3">
      <dt className="text-xs text-quiet">{title}</dt>
      <dd className="flex items-baseline gap-1.5">
        <span className={`text-2xl font-semibold ${tone === undefined ? "" : texts[tone]}`}>{value}</span>
        {note !== undefined && <span className="text-sm text-quiet">{note}</span>}
      </dd>
    </div>
  );
}
