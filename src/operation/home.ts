import type { Context } from "./context.ts";
import { planPlatform } from "./deploy/plan.ts";
import { platformStatus } from "./deploy/status.ts";
import { listValues } from "./value/list-values.ts";

/** What a home does for whoever may ask it, by the name that both ends of a connection have for it. */
const verbs = { list: listValues, plan: planPlatform, status: platformStatus } as const;

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
