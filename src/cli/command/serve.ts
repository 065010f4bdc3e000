import { renderJson } from "../render/json.ts";
import type { Call, Command, Serving } from "../command.ts";
import { linkUrl, renderLink } from "../render/identity.ts";
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
    const { options, terminal, signal } = call;
    const publicUrl = options.text("behindProxy");
    const serving = await call.serve({
      listen: options.text("listen") ?? "127.0.0.1:7333",
      ...(publicUrl === undefined ? {} : { publicUrl }),
      nearby: options.flag("private"),
      onTrouble: (line) => terminal.err.write(line),
      ...(options.flag("accessLog") ? { onAccess: (line) => terminal.err.write(line) } : {}),
    });
    terminal.out.write(told(call, serving));
    await untilInterrupt(signal);
    await serving.close();
    return 0;
  },
};

function told({ json, terminal }: Call, { url, address, link }: Serving): string {
  if (json) {
    const first = link === undefined ? {} : { link: linkUrl(url, link), expiresAt: link.expiresAt };
    return renderJson({ url, address, ...first });
  }
  const first = link === undefined ? "" : `first admin: ${renderLink(url, link)}`;
  const where = url === address ? "" : `, listening on ${address}`;
  return `keyturn serves ${terminal.out.color.bold(url)}${where}; Ctrl-C stops it\n${first}`;
}
