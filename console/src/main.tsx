import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiProvider, makeApi } from "./api/api.ts";
import { ApiFailure, isAway } from "./api/failure.ts";
import { forgetSession, formTokenOf } from "./api/session.ts";
import { Gate } from "./entry/gate.tsx";
import { takeSecret } from "./entry/setup-secret.ts";
import { makeRouter } from "./router.tsx";
import { Away } from "./shell/away.tsx";
import { readTheme, showTheme } from "./shell/theme.ts";
import "./style.css";

function main(): void {
  const firstSecret = takeSecret();
  showTheme(readTheme());
  const client = makeClient();
  const router = makeRouter();
  createRoot(document.querySelector("#root") ?? document.body).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <ApiProvider value={makeApi(() => formTokenOf(client))}>
          <Gate firstSecret={firstSecret}>
            <RouterProvider router={router} />
          </Gate>
          <Away />
        </ApiProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

/** ms */
const pause = 2000;

/**
 * A session that has ended leads to the log-in from whatever page notices it. What was refused once is refused again; a server
 * that is away is asked until it is back.
 */
function makeClient(): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof ApiFailure && error.code === "LOGIN_NEEDED") forgetSession(client);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (_, error) => isAway(error),
        retryDelay: pause,
      },
    },
  });
  return client;
}

main();
