import type {
  DriftResult,
  Explanation,
  GrantList,
  HistoricVersion,
  Home,
  ListedFinding,
  ListedRuntime,
  ListedValue,
  PlanResult,
  RotationPlan,
  StatusResult,
  WhoResult,
  WhoSaw,
} from "#operation";
import { checkName } from "#operation";
import { inPath } from "./name.ts";
import type { Server } from "./server.ts";

type Looks =
  | "explainValue"
  | "findDrift"
  | "listAudit"
  | "listFindings"
  | "listGrants"
  | "listRotations"
  | "listRuntimes"
  | "listUnkept"
  | "listValues"
  | "planPlatform"
  | "planRotation"
  | "platformStatus"
  | "valueHistory"
  | "whoHolds"
  | "whoSaw";

/** What only looks. The hosts are asked by the server, which tells when all have answered. */
export function looks({ ask, askHere }: Server): Pick<Home, Looks> {
  return {
    platformStatus: (part) => askHere<StatusResult>("GET", "/status", { query: { part } }),
    planPlatform: (part) => askHere<PlanResult>("GET", "/plan", { query: { part } }),
    findDrift: (part) => askHere<DriftResult>("GET", "/drift", { query: { part } }),
    listValues: async (scope) => {
      const { secrets } = await askHere<{ readonly secrets: readonly ListedSecret[] }>("GET", "/secrets", {
        query: { ...scope },
      });
      return secrets.map(({ version: _version, ...value }) => value);
    },
    listRuntimes: async () =>
      (await askHere<{ readonly runtimes: readonly ListedRuntime[] }>("GET", "/runtimes")).runtimes,
    planRotation: async ({ name, scope, compromised }, { given = false } = {}) => {
      const body = { name, ...scope, compromised, given };
      return (await askHere<{ readonly plan: RotationPlan }>("POST", "/rotations/preview", { body })).plan;
    },
    listRotations: async (limit = 20) =>
      (await askHere<Rotations>("GET", "/rotations", { query: { limit: String(limit) } })).rotations,
    listUnkept: async () => (await askHere<Rotations>("GET", "/rotations", { query: { limit: "1" } })).unkept,
    listFindings: async () =>
      (await askHere<{ readonly findings: readonly ListedFinding[] }>("GET", "/findings")).findings,
    listGrants: () => askHere<GrantList>("GET", "/grants"),
    listAudit: async ({ environment, limit, subject }) => {
      const place = environment === undefined ? "" : `/environments/${inPath(environment)}`;
      const query = { limit: String(limit), subject };
      return (
        await ask<{ readonly entries: Awaited<ReturnType<Home["listAudit"]>> }>("GET", `${place}/audit`, { query })
      ).entries;
    },
    valueHistory: async (name) =>
      (await askHere<{ readonly versions: readonly HistoricVersion[] }>("GET", `${pathOf(name)}/history`)).versions,
    whoHolds: async (name) => askHere<WhoResult>("GET", `${pathOf(name)}/holders`),
    whoSaw: async ({ actor, name } = {}) => {
      if (name !== undefined) checkName(name);
      return askHere<WhoSaw>("GET", "/sightings", { query: { actor, name } });
    },
    explainValue: async ({ name, host }) =>
      askHere<Explanation>("GET", `${pathOf(name)}/explanation`, { query: { host } }),
  };
}

interface Rotations {
  readonly rotations: Awaited<ReturnType<Home["listRotations"]>>;
  readonly unkept: Awaited<ReturnType<Home["listUnkept"]>>;
}

type ListedSecret = ListedValue & { readonly version: number };

/** The word may be a value that went astray: no address gets it. */
export function pathOf(name: string): string {
  checkName(name);
  return `/secrets/${inPath(name)}`;
}
