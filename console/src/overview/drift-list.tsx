import type { Schemas } from "../api/schema.ts";
import { Badge } from "../element/badge.tsx";

/** What is not as the store says, and how it is put right. */
export function DriftList({ environment, drift, clean }: Schemas["Drift"]) {
  if (drift.length === 0) {
    const where = clean.length === 1 ? "1 target" : `${clean.length} targets`;
    return <p className="text-sm text-quiet">None. What runs is what the store says, on {where}.</p>;
  }
  return (
    <ul className="grid divide-y divide-line rounded-lg border border-line bg-panel">
      {drift.map(({ target, kind, message, mend, fixable }, index) => (
        <li key={`${target}-${kind}-${index}`} className="grid gap-1 px-3 py-2.5 text-sm">
          <div className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{target}</span>
            <Badge tone="warn">{kind}</Badge>
            {fixable && <Badge tone="plain">keyturn drift --fix --env {environment}</Badge>}
          </div>
          <p className="wrap-anywhere">{message}</p>
          <p className="text-quiet wrap-anywhere">{mend}</p>
        </li>
      ))}
    </ul>
  );
}
