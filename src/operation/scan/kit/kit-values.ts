import { fitsKit, type Searchable } from "#leak";
import type { Sensitive } from "#kernel";
import type { EnvironmentStore, Transaction, Version } from "#store";
import { openSensitive } from "../open-sensitive.ts";
import { chanceOf } from "./chance.ts";

/** A version that may be in a kit. */
export interface KitValue extends Searchable {
  readonly version: Version;
}

export interface KitValues {
  readonly fitting: readonly KitValue[];
  /** versions that no kit finds: too little of them is chance, as far as can be shown, or they can't be opened */
  readonly others: readonly string[];
}

/** Of one environment, whatever their state. */
export async function kitValues({ values }: EnvironmentStore): Promise<KitValues> {
  const { opened, unopened } = await openSensitive(values);
  const all = opened.map(({ version, value }): KitValue => {
    return { name: version.name, value, bits: chanceOf(value, version.origin), version };
  });
  const others = all.filter((one) => !fitsKit(one)).map(({ version }) => `${version.name} v${version.number}`);
  return { fitting: all.filter(fitsKit), others: [...others, ...unopened] };
}

/** The secret that the store's kits are made with: its oldest environment's, so that one kit has values of all. */
export async function kitSecret(tx: Transaction): Promise<Sensitive | undefined> {
  const all = (await tx.environments.list()).toSorted(
    (a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1),
  );
  const [oldest] = all;
  return oldest === undefined ? undefined : (await tx.environment(oldest.name)).scanKey();
}
