import type { Schemas } from "../api/schema.ts";

type Target = Schemas["Rollout"]["targets"][number];

/** How many of all are behind it, as a bar and in words. */
export function Progress({ targets }: { readonly targets: readonly Target[] }) {
  const count = (state: Target["state"]): number => targets.filter((one) => one.state === state).length;
  const [done, failed, returned] = [count("done"), count("failed"), count("returned")];
  const parts = [
    `${done} of ${targets.length} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(returned > 0 ? [`${returned} went back`] : []),
  ];
  return (
    <div className="grid gap-1.5">
      <progress
        aria-label="Progress"
        value={done + failed + returned}
        max={Math.max(1, targets.length)}
        className={`h-1.5 w-full appearance-none overflow-hidden rounded-full bg-raised [&::-webkit-progress-bar]:bg-raised [&::-webkit-progress-value]:transition-all ${failed + returned > 0 ? "[&::-moz-progress-bar]:bg-warn [&::-webkit-progress-value]:bg-warn" : "[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-value]:bg-accent"}`}
      />
      <p aria-live="polite" className="text-sm text-quiet">
        {parts.join(", ")}
      </p>
    </div>
  );
}
