import { Link } from "@tanstack/react-router";
import { useMe } from "../api/session.ts";
import { covers, useEnvironment } from "./environment.ts";

const pages = [
  { to: "/", title: "Overview" },
  { to: "/secrets", title: "Secrets" },
  { to: "/environments", title: "Side by side" },
  { to: "/rollouts", title: "Rollouts" },
  { to: "/rotations", title: "Rotations" },
  { to: "/findings", title: "Findings" },
  { to: "/runtimes", title: "Runtimes" },
  { to: "/audit", title: "Audit" },
  { to: "/seen", title: "Who saw what", needs: "operator here" },
  { to: "/admin/settings", title: "Provider settings", needs: "admin here" },
  { to: "/admin/accounts", title: "Accounts", needs: "admin everywhere" },
] as const;

export function Navigation({ onChosen }: { readonly onChosen?: () => void }) {
  const environment = useEnvironment();
  const { roles } = useMe();
  const has = {
    "operator here": covers(environment, "operator"),
    "admin here": covers(environment, "admin"),
    "admin everywhere": roles.some((held) => held.environment === "*" && held.role === "admin"),
  };
  const shown = pages.filter((page) => !("needs" in page) || has[page.needs]);
  return (
    <nav aria-label="Pages">
      <ul className="grid gap-0.5">
        {shown.map(({ to, title }) => (
          <li key={to}>
            <Link
              to={to}
              search={{ env: environment.name }}
              onClick={onChosen}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              className="block rounded-md px-2.5 py-1.5 text-sm text-quiet hover:bg-raised hover:text-text aria-[current=page]:bg-accent-ground aria-[current=page]:font-medium aria-[current=page]:text-accent"
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
