import type { RotationPlan } from "../api/rotation.ts";
import { aboutText, countText, followingText, phaseWords } from "./words.ts";

const roles = { presents: "presents it", verifies: "verifies it", both: "presents and verifies it" } as const;

/** A rotation before it begins, in words: who holds it, each step, and where there is no way back. */
export function PlanView({ plan }: { readonly plan: RotationPlan }) {
  const { holders, steps, from, companion, open, issuer, atLeast, compromised, warnings } = plan;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 text-sm">
      <p>
        v{from.number} <code className="font-mono text-xs text-quiet">{from.fingerprint}</code>
        {companion !== undefined && (
          <>
            {" "}
            and v{companion.from.number}{" "}
            <code className="font-mono text-xs text-quiet">{companion.from.fingerprint}</code> of {companion.name}
          </>
        )}{" "}
        {companion === undefined ? "becomes a new version" : "become a new pair"}
        {holders.length === 0
          ? ". No service has it: nothing restarts."
          : ` in ${countText(holders.length, "service")}, ${aboutText(atLeast)} in all.`}
      </p>
      {open !== undefined && (
        <p>
          It is being rotated already: that rotation becomes an emergency from step {open.step} of {open.of}, with the
          new value that it has.
        </p>
      )}
      {issuer !== undefined && <p>Made first: {issuer.does}.</p>}
      <ul aria-label="Who holds it" className="grid gap-1 empty:hidden">
        {holders.map(({ service, role, slots, instances, root, derived = [] }) => (
          <li key={service} className="flex flex-wrap gap-x-2">
            <span className="font-medium">{service}</span>
            {(root || slots.map !== undefined) && <span>{roles[role]}</span>}
            {derived.length > 0 && <span>{followingText(derived)}</span>}
            <span className="text-quiet">{countText(instances, "instance")}</span>
          </li>
        ))}
      </ul>
      <ol aria-label="Steps" className="grid gap-2 rounded-md border border-line bg-panel px-3 py-2.5">
        {steps.map(({ phase, services, restarts, takes }, index) => (
          <li key={index} className="grid gap-0.5">
            <span>
              {index + 1}. {services.join(", ")} {phaseWords[phase]}
            </span>
            <span className="pl-4 text-quiet">
              {countText(restarts, "restart")}, {aboutText(takes)}; proved before the next step
            </span>
            {issuer?.promotedBehind === index + 1 && (
              <span className="pl-4 text-warn">
                Promoted at {issuer.where} behind that. There is no way back from here.
              </span>
            )}
          </li>
        ))}
        <li className="grid gap-0.5">
          <span>
            {steps.length + 1}. The old value ends: {compromised ? "compromised" : "retired"}, and destroyed where hosts
            keep it
            {issuer?.overlap === true && issuer.promotedBehind === undefined && `, and revoked at ${issuer.where}`}
          </span>
          {issuer?.promotedBehind === undefined && (
            <span className="pl-4 text-warn">There is no way back from here.</span>
          )}
        </li>
      </ol>
      {warnings.length > 0 && (
        <ul aria-label="What to know before" className="grid gap-2 rounded-md bg-warn-ground px-3 py-2.5">
          {warnings.map(({ code, message, hint }, index) => (
            <li key={`${code}-${index}`} className="wrap-anywhere">
              {message}
              {hint !== undefined && <span className="text-quiet"> – {hint}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
