import { kitText, makeKit } from "#leak";
import { AppError } from "#kernel";
import { demand } from "../../authority.ts";
import type { Context } from "../../context.ts";
import { chosenEnvironments } from "../open-sensitive.ts";
import { kitSecret, kitValues } from "./kit-values.ts";

export interface ExportKitRequest {
  /** of this one only; of every environment of the store otherwise */
  readonly environment?: string;
  /** the kit tells whose value was found, to whoever has it */
  readonly names: boolean;
}

export interface ExportedKit {
  /** what the file is to have in it */
  readonly text: string;
  readonly environments: readonly string[];
  /** how many versions it finds */
  readonly values: number;
  /** `NAME v3` of versions that it does not find: too little of them is chance, as far as can be shown */
  readonly notSearchable: readonly string[];
}

/** Makes what finds values where neither store nor key are. The audit entries are on disk before this returns. */
export async function exportKit(context: Context, { environment, names }: ExportKitRequest): Promise<ExportedKit> {
  const store = await context.openStore();
  return store.transaction(async (tx) => {
    const environments = await chosenEnvironments(tx, environment);
    const secret = await kitSecret(tx);
    if (secret === undefined) throw new AppError("NOT_FOUND", "the store has no environment yet");
    const all = [];
    for (const name of environments) {
      demand(context, "admin", name);
      const found = await kitValues(await tx.environment(name));
      const detail = { values: found.fitting.length, names };
      await tx.audit.append({ actor: context.actor, environment: name, action: "value.kit", subject: name, detail });
      all.push(found);
    }
    const fitting = all.flatMap((one) => one.fitting);
    return {
      text: kitText(makeKit(secret, fitting, { madeAt: context.clock.now(), names })),
      environments,
      values: fitting.length,
      notSearchable: all.flatMap(({ others }) => others),
    };
  });
}
