import type { Service, Variable } from "#contract";
import type { Version } from "#store";
import type { Stock } from "./stock.ts";
import { isSetting, versionFor, type Place } from "./scope.ts";
import { stanceOf, type Stance } from "./stance.ts";

type Named = Pick<Variable, "name" | "accepts">;

/** The version that a service is given: by the rotation that is open, or the present one. */
export function givenVersion(variable: Named, service: Service, place: Place, stock: Stock): Version | undefined {
  return stanceAt(variable, service, place, stock)?.version ?? versionAt(stock, variable.name, place);
}

/** Of the settings an empty one stands for none: what they hid applies again. */
export function versionAt(stock: Pick<Stock, "versions" | "opened">, name: string, place: Place): Version | undefined {
  const scoped = versionFor(stock.versions.get(name) ?? [], place);
  if (scoped === undefined) return undefined;
  const isEmpty = isSetting(scoped.winner) && stock.opened.get(scoped.winner.id)?.byteLength === 0;
  return isEmpty ? scoped.shadowed[0] : scoped.winner;
}

/** Every version that a service has of a name, that of the variable first. */
export function givenVersions(variable: Named, service: Service, place: Place, stock: Stock): readonly Version[] {
  const { also } = stanceAt(variable, service, place, stock) ?? {};
  return [givenVersion(variable, service, place, stock), also].flatMap((version) => version ?? []);
}

/** Undefined where no rotation of what applies there is open. */
export function stanceAt(variable: Named, service: Service, place: Place, stock: Stock): Stance | undefined {
  const rotation = stock.rotations?.get(variable.name);
  const present = versionFor(stock.versions.get(variable.name) ?? [], place)?.winner;
  if (rotation === undefined || present?.id !== rotation.to.id) return undefined;
  return stanceOf(service, variable, rotation);
}
