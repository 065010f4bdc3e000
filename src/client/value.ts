import { Sensitive } from "#kernel";
import {
  checkName,
  type Confirmation,
  type Generated,
  type GrantResult,
  type Home,
  type HostScanResult,
  type ListedFinding,
  type ProbedCredential,
  type RetireResult,
  type Revealed,
  type SetResult,
} from "#operation";
import { pathOf } from "./look.ts";
import type { Server } from "./server.ts";

type Values =
  | "acceptFinding"
  | "confirmCandidates"
  | "scanHosts"
  | "generateValues"
  | "giveGrants"
  | "probeCredentials"
  | "probeHistory"
  | "retireValue"
  | "revealValue"
  | "revokeGrant"
  | "setValue";

/** What changes values and grants, or opens values. A value goes and comes in a body, and never in an address. */
export function values({ ask, askHere }: Server): Pick<Home, Values> {
  return {
    setValue: async ({ name, scope, read, undeclared, asIs }) => {
      const path = pathOf(name);
      // whether it is a file's content only the server knows
      const { value, origin } = await read(true);
      const body = { ...contentOf(value), line: origin !== "prompt", origin, ...scope, undeclared, asIs };
      return askHere<SetResult>("PUT", path, { body });
    },
    generateValues: async (request) =>
      (await askHere<{ readonly values: readonly Generated[] }>("POST", "/secrets/generate", { body: request })).values,
    giveGrants: async (grants) => {
      if (grants.length === 0) return [];
      return (await askHere<{ readonly grants: readonly GrantResult[] }>("POST", "/grants", { body: { grants } }))
        .grants;
    },
    revokeGrant: async (key) => {
      checkName(key.name);
      return (await askHere<{ readonly revoked: boolean }>("POST", "/grants/revoke", { body: key })).revoked;
    },
    retireValue: async ({ name, scope, confirm, ...choice }) => {
      const path = `${pathOf(name)}/retire`;
      const body = { ...scope, ...choice };
      const proposed = await askHere<RetireResult>("POST", path, { body: { ...body, preview: true } });
      if (proposed.kind !== "cancelled" || !(await confirm(proposed.retirement))) return proposed;
      return askHere<RetireResult>("POST", path, { body });
    },
    // the server asks the hosts, and tells when all have ended
    scanHosts: ({ hosts, keep = false }) => askHere<HostScanResult>("POST", "/scan/hosts", { body: { hosts, keep } }),
    acceptFinding: ({ id, ...body }) => askHere<ListedFinding>("POST", `/findings/${id}/accept`, { body }),
    confirmCandidates: (request) => ask<Confirmation>("POST", "/scan/confirm", { body: request }),
    revealValue: async ({ name, scope, reason }) => {
      const body = { ...scope, reason };
      const answer = await askHere<RevealedText>("POST", `${pathOf(name)}/reveal`, { body, exact: true });
      const { stored, value, base64 = "" } = answer;
      return { version: stored, value: Sensitive.of(value ?? Buffer.from(base64, "base64")) };
    },
    probeCredentials: async ({ only, nearby, newAddress }) => {
      const body = { only, ...(nearby ? { nearby } : {}), ...(newAddress ? { newAddress } : {}) };
      return (await askHere<{ readonly credentials: readonly ProbedCredential[] }>("POST", "/probe", { body }))
        .credentials;
    },
    probeHistory: async (only) => {
      type Periods = Awaited<ReturnType<Home["probeHistory"]>>;
      return (await askHere<{ readonly periods: Periods }>("GET", "/probes", { query: { only } })).periods;
    },
  };
}

interface RevealedText {
  readonly stored: Revealed["version"];
  readonly value?: string;
  readonly base64?: string;
}

/** As text where it is some. */
export function contentOf(value: Sensitive): { readonly value: string } | { readonly base64: string } {
  const bytes = value.reveal();
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? { value: text } : { base64: bytes.toString("base64") };
}
