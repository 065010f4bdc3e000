import { Link } from "@tanstack/react-router";
import type { Finding } from "../api/finding.ts";
import { useEnvironment } from "../shell/environment.ts";

export type FindingView = "secret" | "place";

interface ViewChooserProps {
  readonly view: FindingView;
  readonly state: Finding["state"] | undefined;
}

const views = [
  { view: "secret", title: "By secret" },
  { view: "place", title: "By place" },
] as const;

export function ViewChooser({ view: shown, state }: ViewChooserProps) {
  const { name: env } = useEnvironment();
  return (
    <nav aria-label="View" className="flex flex-wrap gap-1 border-b border-line">
      {views.map(({ view, title }) => (
        <Link
          key={view}
          to="/findings"
          search={{ env, view, ...(state === undefined ? {} : { state }) }}
          aria-current={view === shown ? "page" : undefined}
          className={`-mb-px border-b-2 px-3 py-2 text-sm font-medium ${view === shown ? "border-accent text-accent" : "border-transparent text-quiet hover:text-text"}`}
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
