import type { Call, OptionSpec } from "./command.ts";

export const scopeOptions: readonly OptionSpec[] = [
  { flags: "--service <name>", description: "only for this service" },
  { flags: "--host <name>", description: "only on this host" },
];

/** `--service` and `--host`; neither is the whole environment. */
export function scopeOf({ options }: Pick<Call, "options">): { readonly service?: string; readonly host?: string } {
  const [service, host] = [options.text("service"), options.text("host")];
  return { ...(service === undefined ? {} : { service }), ...(host === undefined ? {} : { host }) };
}
