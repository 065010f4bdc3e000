import type { Home, ListedValue, PlanResult, StatusResult } from "#operation";
import type { Server } from "./server.ts";

/** What only looks. The hosts are asked by the server, which tells when all have answered. */
export function looks({ askHere }: Server): Pick<Home, "list" | "plan" | "status"> {
  return {
    status: (part) => askHere<StatusResult>("GET", "/status", { query: { part } }),
    plan: (part) => askHere<PlanResult>("GET", "/plan", { query: { part } }),
    list: async (scope) => {
      const { secrets } = await askHere<{ readonly secrets: readonly ListedSecret[] }>("GET", "/secrets", {
        query: { ...scope },
      });
      return secrets.map(({ version: _, ...value }) => value);
    },
  };
}

type ListedSecret = ListedValue & { readonly version: number };
