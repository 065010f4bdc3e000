import { addressOf } from "#delivery";
import { returnLine } from "#host";
import { AppError } from "#kernel";
import { inEnvironment, type Context } from "../context.ts";
import { selectPart } from "./part.ts";

export interface ReturnLine {
  readonly target: string;
  readonly host: string;
  /** for root's shell on that host; absent for local processes */
  readonly line?: string;
}

/**
 * The way back by hand, target by target, the last services of the order first: works where neither Keyturn nor its
 * helper can be reached. Comes from the manifest alone; where the store opens, releases with retired values are named in
 * the lines, which then refuse them.
 */
export async function returnLines(context: Context, part: readonly string[]): Promise<readonly ReturnLine[]> {
  const { platform } = await context.loadPlatform();
  const barred = await barredLabels(context);
  const { services } = selectPart(platform, part);
  return services
    .toSorted((a, b) => b.order - a.order)
    .flatMap((service) =>
      service.hosts.map((host) => {
        const address = addressOf(service, host);
        const line = returnLine(address, barred.get(address.id));
        return { target: address.id, host, ...(line === undefined ? {} : { line }) };
      }),
    );
}

/** Nobody who needs these lines may have to have the store. */
async function barredLabels(context: Context): Promise<ReadonlyMap<string, readonly string[]>> {
  try {
    const barred = await inEnvironment(context, ({ releases }) => releases.barred());
    const targets = Map.groupBy(barred, ({ target }) => target);
    return new Map([...targets].map(([target, values]) => [target, [...new Set(values.map(({ label }) => label))]]));
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  }
}
