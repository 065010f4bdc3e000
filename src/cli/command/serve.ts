import { serverPort } from "#operation";
import type { Command } from "../command.ts";
import { renderServing, servingJson } from "../render/serving.ts";
import { untilInterrupt } from "../until-interrupt.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--listen <address>", description: "address and port, 127.0.0.1:7333 by default" },
    {
      flags: "--behind-proxy <url>",
      description: "address of the proxy that ends TLS, as https://keyturn.example.com",
    },
    { flags: "--private", description: "a provider's own address may lie in a private network" },
    { flags: "--access-log", description: "one JSON line for each request, on standard error" },
  ],
  description:
    "Stays until Ctrl-C. As long as there is no account, each start prints a one-time link that makes the first admin, and\n" +
    "the one before it is void. Beyond loopback it listens only behind a proxy that ends TLS.",
  stopsItself: true,
  run: async (call) => {
    const { options, terminal, signal, json } = call;
    const publicUrl = options.text("behindProxy");
    const serving = await call.serve({
      listen: options.text("listen") ?? `127.0.0.1:${serverPort}`,
      ...(publicUrl === undefined ? {} : { publicUrl }),
      nearby: options.flag("private"),
      onTrouble: (line) => terminal.err.write(line),
      ...(options.flag("accessLog") ? { onAccess: (line) => terminal.err.write(line) } : {}),
    });
    terminal.out.write(json ? servingJson(serving) : renderServing(serving, terminal.out.color));
    await untilInterrupt(signal);
    await serving.close();
    return 0;
  },
};
