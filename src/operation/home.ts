import type { Context } from "./context.ts";
import { addAccount, disableAccount, linkAccount, listAccounts, setAccountRoles } from "./account/account.ts";
import { createToken, listTokens, revokeToken } from "./account/token.ts";
import { applyPlatform } from "./deploy/apply.ts";
import { findDrift } from "./deploy/drift.ts";
import { findRemainder } from "./deploy/interrupted.ts";
import { planPlatform } from "./deploy/plan.ts";
import { resumeRollout } from "./deploy/resume.ts";
import { retireValue } from "./deploy/retire.ts";
import { rollBack } from "./deploy/rollback.ts";
import { platformStatus } from "./deploy/status.ts";
import { takeRolloutBack } from "./deploy/take-back.ts";
import { acceptFinding } from "./finding/accept-finding.ts";
import { listFindings } from "./finding/list-findings.ts";
import { listAudit } from "./keep/list-audit.ts";
import { whoSaw } from "./keep/who-saw.ts";
import { probeCredentials, probeHistory } from "./provider/probe.ts";
import { continueRotation, returnRotation } from "./rotate/continue.ts";
import { rotateSecret } from "./rotate/rotate.ts";
import { listRotations, listUnkept } from "./rotate/list-rotations.ts";
import { planRotation } from "./rotate/rotation-plan.ts";
import { listRuntimes } from "./runtime/list-runtimes.ts";
import { createRuntime, removeRuntime, restartRuntimes } from "./runtime/runtime.ts";
import { listSettings, settingHistory } from "./setting/list-settings.ts";
import { restoreSetting } from "./setting/restore-setting.ts";
import { saveSetting, testSetting } from "./setting/save-setting.ts";
import { scanHosts } from "./scan/host/scan-hosts.ts";
import { confirmCandidates } from "./scan/kit/confirm-candidates.ts";
import { explainValue } from "./value/explain.ts";
import { generateValues } from "./value/generate-values.ts";
import { giveGrants, listGrants, revokeGrant } from "./value/grant.ts";
import { valueHistory } from "./value/history.ts";
import { listValues } from "./value/list-values.ts";
import { revealValue } from "./value/reveal.ts";
import { setValue } from "./value/set-value.ts";
import { whoHolds } from "./value/who.ts";

/** What a home does for whoever may ask it, by the name that both ends of a connection have for it. */
const verbs = {
  addAccount,
  disableAccount,
  linkAccount,
  listAccounts,
  setAccountRoles,
  createToken,
  listTokens,
  revokeToken,
  findDrift,
  planPlatform,
  platformStatus,
  applyPlatform,
  findRemainder,
  resumeRollout,
  takeRolloutBack,
  rollBack,
  planRotation,
  rotateSecret,
  continueRotation,
  returnRotation,
  listRotations,
  listUnkept,
  listAudit,
  whoSaw,
  probeCredentials,
  probeHistory,
  listRuntimes,
  createRuntime,
  restartRuntimes,
  removeRuntime,
  listSettings,
  testSetting,
  saveSetting,
  settingHistory,
  restoreSetting,
  confirmCandidates,
  scanHosts,
  listFindings,
  acceptFinding,
  explainValue,
  generateValues,
  giveGrants,
  listGrants,
  revokeGrant,
  valueHistory,
  listValues,
  retireValue,
  revealValue,
  setValue,
  whoHolds,
} as const;

/**
 * The home of an environment: a folder of this machine, or a server. What is asked has the same result, and fails with the
 * same codes, wherever it is; what only the folder can do is not here.
 */
export type Home = { readonly [Verb in keyof typeof verbs]: WithoutContext<(typeof verbs)[Verb]> };

type WithoutContext<Verb> = Verb extends (context: Context, ...asked: infer Asked) => infer Result
  ? (...asked: Asked) => Result
  : never;

/** The folder that the context works with. */
export function homeHere(context: Context): Home {
  const own = Object.entries(verbs).map(([name, verb]) => {
    const work = verb as (context: Context, ...asked: readonly unknown[]) => unknown;
    return [name, (...asked: readonly unknown[]) => work(context, ...asked)];
  });
  return Object.fromEntries(own) as Home;
}
