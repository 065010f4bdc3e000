import type { ValueTable } from "./schema.ts";

/** Empty is the whole environment; the narrower wins: service and host, then host, then service, then neither. */
export interface Scope {
  readonly service?: string;
  readonly host?: string;
}

export function scopeOf(row: Pick<ValueTable, "service" | "host">): Scope {
  return {
    ...(row.service === "" ? {} : { service: row.service }),
    ...(row.host === "" ? {} : { host: row.host }),
  };
}
