import { createContext, use } from "react";
import type { Schemas } from "../api/schema.ts";

export type Environment = Schemas["Environments"]["environments"][number];

const context = createContext<Environment | undefined>(undefined);
export const EnvironmentProvider = context.Provider;

/** The one that the page is about, and what this person may there. */
export function useEnvironment(): Environment {
  const environment = use(context);
  if (environment === undefined) throw new Error("there is no environment around this");
  return environment;
}

const roles = ["viewer", "operator", "admin"] as const;

/** The server decides; this is for not offering what it would refuse. */
export function covers({ role }: Environment, needed: Environment["role"]): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
