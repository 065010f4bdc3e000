import type { Context } from "#operation";
import type { Call } from "./command.ts";

/** For verbs that work with every environment unless one is named. */
export function chosenEnvironment(call: Call, context: Context): { readonly environment?: string } {
  const named = call.place.environment ?? context.processEnvironment["KEYTURN_ENV"];
  return named === undefined || named === "" ? {} : { environment: named };
}
