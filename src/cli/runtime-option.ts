import type { Call, OptionSpec } from "./command.ts";

export const serviceOption: OptionSpec = {
  flags: "--service <name>",
  description: "where more than one service runs for users",
};

export function serviceFrom({ options }: Pick<Call, "options">): { readonly service?: string } {
  const service = options.text("service");
  return service === undefined ? {} : { service };
}
