import { scopeText } from "#binding";
import { AppError } from "#kernel";
import type { EnvironmentStore, Version } from "#store";

/**
 * The same bytes stand in another scope as well: what ends is the value, and it would go on there. ROTATION_REFUSED, since it
 * would come to light when everything else is done.
 */
export async function refuseTwin({ values }: Pick<EnvironmentStore, "values">, version: Version): Promise<void> {
  const { id, name, fingerprint } = version;
  const present = await values.present();
  const twin = present.find((one) => one.name === name && one.id !== id && one.fingerprint === fingerprint);
  if (twin === undefined) return;
  const [own, other] = [version, twin].map(({ scope }) => scopeText(scope) || "the whole environment");
  throw new AppError("ROTATION_REFUSED", `${name} has the same value for ${own} and for ${other}, and would not end`, {
    hint: `\`keyturn set ${name}\` gives one of them another value first`,
  });
}
