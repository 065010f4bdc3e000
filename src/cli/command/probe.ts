import type { Call, Command } from "../command.ts";
import { endAtInterrupt } from "../end-at-interrupt.ts";
import { renderJson } from "../render/json.ts";
import { renderPeriods, renderProbes } from "../render/probe.ts";

export const command: Command = {
  arguments: [{ form: "[provider-or-name]", description: "a provider or a variable; every credential when left out" }],
  options: [
    { flags: "--private", description: "also where a credential's own address lies in a private network" },
    { flags: "--new-address", description: "also send a key to an address that is newer, or is said by a contract" },
    { flags: "--history", description: "what earlier probes found, without asking anybody" },
  ],
  description:
    "Each provider is asked once, at its own address, with a call that costs nothing; docs/providers.md says which.\n" +
    "Exits with 2 when one is not ok.",
  run: async (call) => {
    const [only] = call.arguments;
    endAtInterrupt(call);
    return call.options.flag("history") ? history(call, only) : probe(call, only);
  },
};

async function probe({ options, terminal, json, ...call }: Call, only: string | undefined): Promise<number> {
  const home = await call.home();
  const credentials = await home.probeCredentials({
    ...(only === undefined ? {} : { only }),
    nearby: options.flag("private"),
    newAddress: options.flag("newAddress"),
  });
  terminal.out.write(
    json ? renderJson({ credentials }) : renderProbes(credentials, call.clock.now(), terminal.out.color),
  );
  return credentials.every(({ state }) => state === "ok") ? 0 : 2;
}

async function history({ terminal, json, ...call }: Call, only: string | undefined): Promise<number> {
  const home = await call.home();
  const periods = await home.probeHistory(only);
  terminal.out.write(json ? renderJson({ periods }) : renderPeriods(periods, call.clock.now(), terminal.out.color));
  return 0;
}
