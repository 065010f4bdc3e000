import { useNavigate } from "@tanstack/react-router";
import type { Finding } from "../api/finding.ts";
import { useEnvironment } from "../shell/environment.ts";
import type { FindingView } from "./view-chooser.tsx";
import { states } from "./words.ts";

interface StateFilterProps {
  readonly findings: readonly Finding[];
  readonly view: FindingView;
  readonly state: Finding["state"] | undefined;
}

/** How many there are of each is in the list itself. */
export function StateFilter({ findings, view, state }: StateFilterProps) {
  const { name: env } = useEnvironment();
  const navigate = useNavigate();
  const countOf = (wanted: Finding["state"]) => findings.filter((one) => one.state === wanted).length;
  return (
    <select
      aria-label="State"
      value={state ?? ""}
      onChange={({ target }) => {
        const chosen = states.find((one) => one === target.value);
        void navigate({ to: "/findings", search: { env, view, ...(chosen === undefined ? {} : { state: chosen }) } });
      }}
      className="min-h-9 rounded-md border border-edge bg-panel px-2 text-sm"
    >
      <option value="">every state ({findings.length})</option>
      {states.map((one) => (
        <option key={one} value={one}>
          {one} ({countOf(one)})
        </option>
      ))}
    </select>
  );
}
