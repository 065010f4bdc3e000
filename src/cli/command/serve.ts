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
      description:
        "0600 file with the address to post to when a credential's state changes, or a rotation needs a person",
    },
    { flags: "--stdio", description: "for one client on standard input and output: what KEYTURN_URL=ssh://… starts" },
    { flags: "--access-log", description: "one JSON line for each request, on standard error" },
  ],
  description:
    "Stays until Ctrl-C. As long as there is no account, each start prints a one-time link that makes the first admin, and\n" +
    "the one before it is void. Beyond loopback it listens only behind a proxy that ends TLS. With --stdio it listens to nobody\n" +
    "else, and whoever may start it on the home may everything there.\n\n" +
    "Rotations that keyturn.yaml schedules are begun in their windows, and people are reminded of theirs (docs/rotation.md).\n\n" +
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
  return call.serve({ ...entrance, ...socket, nearby: options.flag("private"), ...newsOf(call), ...probesOf(call) });
}

function newsOf({ options, terminal, place }: Call): Pick<ServeRequest, "webhookFile" | "onNews"> {
  const file = options.text("webhookFile");
  const webhook = file === undefined ? {} : { webhookFile: resolve(place.folder, file) };
  return { onNews: (line) => terminal.err.write(line), ...webhook };
}

function probesOf({ options }: Call): Pick<ServeRequest, "probeEvery"> {
  const text = options.text("probeEvery");
  if (text === undefined) return {};
  const [, count = "", unit = ""] = /^(\d{1,4})(m|h)$/.exec(text) ?? [];
  const probeEvery = Number(count) * (unit === "h" ? 3_600_000 : 60_000);
  if (probeEvery > 0) return { probeEvery };
  throw new AppError("USAGE", "--probe-every takes minutes or hours", { hint: "for example 15m or 1h" });
}
