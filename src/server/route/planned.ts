import { planDigest, type ApplyRequest, type ApplyResult, type Imported, type ProgressEvent } from "#operation";

type Asking = Pick<ApplyRequest, "onEvent" | "confirm">;

/** What a rollout would do: the operation itself says it, up to its question, which is answered with no. */
export async function planned(work: (asking: Asking) => Promise<ApplyResult>) {
  const told: ProgressEvent[] = [];
  let imported: Imported | undefined;
  const result = await work({
    onEvent: (event) => void told.push(event),
    confirm: async (_, taken) => {
      imported = taken;
      return false;
    },
  });
  const taken = result.kind === "nothing" ? result.imported : imported;
  return {
    kind: result.kind === "nothing" ? result.kind : ("planned" as const),
    plan: result.plan,
    digest: planDigest(result.plan),
    told: told.filter(({ kind }) => kind !== "look" && kind !== "looked"),
    ...(taken === undefined ? {} : { imported: taken }),
  };
}

export function freezeOf({ overrideFreeze }: { readonly overrideFreeze?: string | undefined }) {
  return overrideFreeze === undefined ? {} : { overrideFreeze };
}

export function expectedOf({ expected }: { readonly expected?: string | undefined }) {
  return expected === undefined ? {} : { expected };
}
