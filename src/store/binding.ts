import { sealValue, type Place } from "#envelope";
import { AppError } from "#kernel";
import type { EnvironmentSession } from "./session.ts";
import type { NewBinding, NewReleaseTarget } from "./store.ts";

/** Writes a release's targets in the order given, values without a stored version sealed beside them. */
export async function insertTargets(
  session: EnvironmentSession,
  release: number,
  targets: readonly NewReleaseTarget[],
): Promise<void> {
  for (const [position, { target, label = `r${release}`, digest, bindings }] of targets.entries()) {
    const key = { environment: session.environment.name, release, target };
    await session.tx
      .insertInto("release_target")
      .values({ ...key, position, label, digest })
      .execute();
    for (const [position, binding] of bindings.entries()) {
      const { name, fingerprint, origin, version, holds = [] } = binding;
      await session.tx
        .insertInto("release_binding")
        .values({
          ...key,
          position,
          name,
          fingerprint,
          sensitive: binding.sensitive ? 1 : 0,
          version_id: version?.id ?? null,
          origin,
          ...sealOwn(session, { name, number: release, target }, binding),
        })
        .execute();
      for (const id of new Set(holds)) {
        await session.tx
          .insertInto("release_part")
          .values({ ...key, name, version_id: id })
          .execute();
      }
    }
  }
}

/** Kept apart from values of the environment: a target is part of the place. */
export function bindingPlace(
  { keyring, environment }: EnvironmentSession,
  of: { readonly name: string; readonly number: number; readonly target: string },
): Omit<Place, "kind"> {
  return { store: keyring.store, environment: environment.name, ...of };
}

export function notLive(where: string, names: readonly string[]): AppError {
  return new AppError("VALUES_INVALID", `${where} binds values that are retired or compromised: ${names.join(", ")}`, {
    hint: "set them again, and make a new release",
    data: { names },
  });
}

/** Throws VALUES_INVALID with names only. Before anything of the release is written. */
export async function refuseUnbindable(
  session: EnvironmentSession,
  release: number,
  targets: readonly NewReleaseTarget[],
): Promise<void> {
  const bindings = targets.flatMap((target) => target.bindings);
  const bare = bindings.filter((binding) => binding.version === undefined && binding.value === undefined);
  if (bare.length > 0) {
    const names = [...new Set(bare.map((binding) => binding.name))];
    throw new AppError("VALUES_INVALID", `r${release} binds names without a value: ${names.join(", ")}`, {
      data: { names },
    });
  }
  const live = await liveIds(session);
  const barred = bindings.filter(({ version, holds = [] }) =>
    [...(version === undefined ? [] : [version.id]), ...holds].some((id) => !live.has(id)),
  );
  if (barred.length > 0) throw notLive(`r${release}`, [...new Set(barred.map((binding) => binding.name))]);
}

async function liveIds({ tx, environment }: EnvironmentSession): Promise<ReadonlySet<number>> {
  const query = tx.selectFrom("value").select("id").where("environment", "=", environment.name);
  const rows = await query.where("state", "=", "live").execute();
  return new Set(rows.map((row) => row.id));
}

function sealOwn(
  session: EnvironmentSession,
  of: { readonly name: string; readonly number: number; readonly target: string },
  { version, value }: NewBinding,
) {
  if (version !== undefined || value === undefined) return { key_wrapped: null, sealed: null };
  const { wrapped, sealed } = sealValue(session.keys.root, bindingPlace(session, of), value);
  return { key_wrapped: wrapped, sealed };
}
