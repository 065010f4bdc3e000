import { useQuery } from "@tanstack/react-query";
import { Outlet, useSearch } from "@tanstack/react-router";
import { useApi } from "../api/api.ts";
import { environmentsQuery } from "../api/environment.ts";
import { Brand } from "../element/brand.tsx";
import { Empty } from "../element/empty.tsx";
import { Loaded } from "../element/loaded.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { EnvironmentChooser } from "./environment-chooser.tsx";
import { EnvironmentProvider, type Environment } from "./environment.ts";
import { Navigation } from "./navigation.tsx";
import { PhoneMenu } from "./phone-menu.tsx";

export function Shell() {
  const query = useQuery(environmentsQuery(useApi()));
  if (query.data !== undefined) return <Chosen all={query.data.environments} />;
  return (
    <main className="mx-auto w-full max-w-xl p-6">
      <Loaded query={query} waiting="Asking for the environments…">
        {() => null}
      </Loaded>
    </main>
  );
}

function Chosen({ all }: { readonly all: readonly Environment[] }) {
  const { env } = useSearch({ from: "__root__" });
  const chosen = all.find(({ name }) => name === env) ?? all[0];
  if (chosen === undefined) return <Nowhere />;
  return (
    <EnvironmentProvider value={chosen}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-30 focus:m-2 focus:rounded focus:bg-panel focus:p-2"
      >
        Skip to the page
      </a>
      <div className="md:grid md:min-h-dvh md:grid-cols-[13.5rem_minmax(0,1fr)]">
        <Side all={all} />
        <Top all={all} />
        <main id="content" tabIndex={-1} className="w-full max-w-6xl px-4 py-6 outline-none md:px-8 md:py-7">
          <Outlet />
        </main>
      </div>
    </EnvironmentProvider>
  );
}

function Side({ all }: { readonly all: readonly Environment[] }) {
  return (
    <div className="sticky top-0 flex h-dvh flex-col gap-5 border-r border-line px-3 py-5 max-md:hidden">
      <div className="px-2.5">
        <Brand />
      </div>
      <EnvironmentChooser all={all} />
      <Navigation />
      <div className="mt-auto grid">
        <AccountMenu />
      </div>
    </div>
  );
}

function Top({ all }: { readonly all: readonly Environment[] }) {
  return (
    <div className="sticky top-0 z-10 flex items-center gap-2 border-b border-line bg-ground px-4 py-2 md:hidden">
      <PhoneMenu />
      <div className="min-w-0 grow">
        <EnvironmentChooser all={all} />
      </div>
      <AccountMenu />
    </div>
  );
}

function Nowhere() {
  return (
    <main className="mx-auto grid w-full max-w-xl gap-4 p-6">
      <Empty
        title="There is no environment that you may look at"
        command="keyturn account roles NAME --role ENVIRONMENT:viewer"
      >
        Either keyturn.yaml names none, or it can't be read at the moment (keyturn check says why), or your account has
        no role in any. Who has the home folder can give you one.
      </Empty>
      <div>
        <AccountMenu />
      </div>
    </main>
  );
}
