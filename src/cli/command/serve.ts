import { resolve } from "node:path";
import { serverPort } from "#operation";
import type { Call, Command, Serving, ServeRequest } from "../command.ts";
import { renderServing, servingJson } from "../render/serving.ts";
import { AppError } from "#kernel";
import { partOf, refuseForWeb, type Part } from "../serve-part.ts";
import { untilInterrupt } from "../until-interrupt.ts";

export const command: Command = {
  arguments: [],
  options: [
    { flags: "--listen <address>", description: "address and port, 127.0.0.1:7333 by default" },
    {
      flags: "--behind-proxy <url>",
      description: "address of the proxy that ends TLS, as https://keyturn.example.com",
    },
    { flags: "--web", description: "the web part alone: pages, and what is passed on to the worker" },
    { flags: "--worker", description: "the worker alone: store, key and hosts, for a web part" },
    { flags: "--socket <path>", description: "where web part and worker meet, as /run/keyturn/worker.sock" },
    { flags: "--private", description: "a provider's own address may lie in a private network" },
    {
      flags: "--probe-every <duration>",
      description: "probe every credential, now and so often, as 1h; off by default",
    },
    {
      flags: "--webhook-file <file>",
      description: "0600 file with the address that a credential's change of state is posted to",
    },
    { flags: "--stdio", description: "for one client on standard input and output: what KEYTURN_URL=ssh://… starts" },
    { flags: "--access-log", description: "one JSON line for each request, on standard error" },
  ],
  description:
    "Stays until Ctrl-C. As long as there is no account, each start prints a one-time link that makes the first admin, and\n" +
    "the one before it is void. Beyond loopback it listens only behind a proxy that ends TLS. With --stdio it listens to nobody\n" +
    "else, and whoever may start it on the home may everything there.\n\n" +
    "One process by default. With --web and --worker it is two, under two users (docs/server.md); both take the same\n" +
    "--listen and --behind-proxy, and the worker prints the link.",
  stopsItself: true,
  run: async (call) => {
    const { options, terminal, signal, json } = call;
    const part = partOf(call);
    if (options.flag("stdio")) return call.serveStdio().then(() => 0);
    const serving = await begin(call, part);
    terminal.out.write(json ? servingJson(serving) : renderServing(serving, terminal.out.color, part.kind));
    await untilInterrupt(signal);
    await serving.close();
    return 0;
  },
};

function begin(call: Call, part: Part): Promise<Serving> {
  const { options, terminal } = call;
  const publicUrl = options.text("behindProxy");
  const entrance = {
    listen: options.text("listen") ?? `127.0.0.1:${serverPort}`,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    onTrouble: (line: string) => terminal.err.write(line),
    ...(options.flag("accessLog") ? { onAccess: (line: string) => terminal.err.write(line) } : {}),
  };
  if (part.kind === "web") {
    refuseForWeb(call);
    return call.serveWeb({ ...entrance, socket: part.socket });
  }
  const socket = part.kind === "worker" ? { socket: part.socket } : {};
  return call.serve({ ...entrance, ...socket, nearby: options.flag("private"), ...probesOf(call) });
}

function probesOf({ options, terminal, place }: Call): Pick<ServeRequest, "probes"> {
  const text = options.text("probeEvery");
  const file = options.text("webhookFile");
  if (text === undefined) {
    if (file === undefined) return {};
    throw new AppError("USAGE", "--webhook-file tells of probes: say how often as well", { hint: "--probe-every 1h" });
  }
  const [, count = "", unit = ""] = /^(\d{1,4})(m|h)$/.exec(text) ?? [];
  const every = Number(count) * (unit === "h" ? 3_600_000 : 60_000);
  if (!(every > 0))
    throw new AppError("USAGE", "--probe-every takes minutes or hours", { hint: "for example 15m or 1h" });
  const webhook = file === undefined ? {} : { webhookFile: resolve(place.folder, file) };
  return { probes: { every, onChange: (line) => terminal.err.write(line), ...webhook } };
}
