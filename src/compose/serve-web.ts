import { systemClock } from "#kernel";
import { openWeb, readAddress, type WebOptions } from "#server";
import type { Served } from "./serve.ts";

export interface ServeWebOptions extends Omit<WebOptions, "listen" | "clock"> {
  readonly listen: string;
}

/** The web part alone. It is told where the worker's socket is, and looks for no home, manifest or key. */
export function serveWeb({ listen, ...options }: ServeWebOptions): Promise<Served> {
  return openWeb({ ...options, listen: readAddress(listen), clock: systemClock });
}
