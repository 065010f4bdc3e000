import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Audit } from "./audit/audit.tsx";
import { Comparison } from "./comparison/comparison.tsx";
import { Empty } from "./element/empty.tsx";
import { states } from "./finding/words.ts";
import { Overview } from "./overview/overview.tsx";
import { RolloutPage } from "./rollout/rollout-page.tsx";
import { Rollouts } from "./rollout/rollouts.tsx";
import { Runtimes } from "./runtime/runtimes.tsx";
import { Secrets } from "./secret/secrets.tsx";
import { Shell } from "./shell/shell.tsx";

interface Search {
  readonly env?: string;
}

const root = createRootRoute({
  component: Shell,
  validateSearch: ({ env }: Record<string, unknown>): Search => (typeof env === "string" ? { env } : {}),
  notFoundComponent: () => <Empty title="There is nothing at this address">The pages are beside this one.</Empty>,
});

const under = { getParentRoute: () => root } as const;
const pages = [
  createRoute({ ...under, path: "/", component: Overview }),
  createRoute({ ...under, path: "/secrets", component: Secrets, validateSearch: namesIn }),
  createRoute({ ...under, path: "/rollouts", component: Rollouts }),
  createRoute({ ...under, path: "/rollouts/$rollout", component: RolloutPage }),
  createRoute({
    ...under,
    path: "/secrets/$name",
    component: lazyRouteComponent(() => import("./secret/secret-page.tsx"), "SecretPage"),
  }),
  createRoute({
    ...under,
    path: "/rotations",
    component: lazyRouteComponent(() => import("./rotation/rotations.tsx"), "Rotations"),
  }),
  createRoute({
    ...under,
    path: "/rotations/$rotation",
    component: lazyRouteComponent(() => import("./rotation/rotation-page.tsx"), "RotationPage"),
  }),
  createRoute({
    ...under,
    path: "/findings",
    component: lazyRouteComponent(() => import("./finding/findings.tsx"), "Findings"),
    validateSearch: viewOf,
  }),
  createRoute({ ...under, path: "/environments", component: Comparison }),
  createRoute({ ...under, path: "/runtimes", component: Runtimes }),
  createRoute({ ...under, path: "/audit", component: Audit }),
  createRoute({
    ...under,
    path: "/seen",
    component: lazyRouteComponent(() => import("./seen/seen.tsx"), "Seen"),
    validateSearch: ({ person }: Record<string, unknown>): { readonly person?: string } =>
      typeof person === "string" ? { person } : {},
  }),
  createRoute({
    ...under,
    path: "/admin/settings",
    component: lazyRouteComponent(() => import("./settings/settings.tsx"), "Settings"),
  }),
  createRoute({
    ...under,
    path: "/admin/accounts",
    component: lazyRouteComponent(() => import("./account/accounts.tsx"), "Accounts"),
  }),
] as const;

/** Which values a link means. */
function namesIn({ names }: Record<string, unknown>): { readonly names?: readonly string[] } {
  return Array.isArray(names) ? { names: names.filter((one): one is string => typeof one === "string") } : {};
}

interface FindingSearch {
  readonly view?: "secret" | "place";
  readonly state?: (typeof states)[number];
}

function viewOf({ view, state }: Record<string, unknown>): FindingSearch {
  const known = states.find((one) => one === state);
  return {
    ...(view === "secret" || view === "place" ? { view } : {}),
    ...(known === undefined ? {} : { state: known }),
  };
}

export function makeRouter() {
  return createRouter({ routeTree: root.addChildren(pages), scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
