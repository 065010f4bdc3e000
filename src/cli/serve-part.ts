import { resolve } from "node:path";
import { AppError } from "#kernel";
import type { Call } from "./command.ts";

/** What one `keyturn serve` is: all of the server, or one of its two processes. */
export type Part =
  | { readonly kind: "all" }
  | { readonly kind: "web" | "worker"; /** absolute */ readonly socket: string };

export function partOf({ options, place }: Call): Part {
  const [web, worker, socket] = [options.flag("web"), options.flag("worker"), options.text("socket")];
  if (web && worker) throw new AppError("USAGE", "--web and --worker are two processes", { hint: "leave out both" });
  if (options.flag("stdio") && (web || worker)) {
    throw new AppError("USAGE", "--stdio is for one client, who needs neither web part nor worker", {
      hint: "leave out --web and --worker",
    });
  }
  if (!web && !worker) {
    if (socket === undefined) return { kind: "all" };
    throw new AppError("USAGE", "--socket goes with --web or --worker", { hint: "leave it out for one process" });
  }
  const kind = web ? "web" : "worker";
  if (socket !== undefined) return { kind, socket: resolve(place.folder, socket) };
  throw new AppError("USAGE", `the ${web ? "web part" : "worker"} needs the socket where both meet`, {
    hint: "--socket /run/keyturn/worker.sock, the same for both",
  });
}

/** Store, key and what is done with them are the worker's: named to the web part, they would be a mistake. */
export function refuseForWeb({ options }: Call): void {
  const names = { home: "--home", manifest: "--manifest", env: "--env", keyFile: "--key-file" };
  const given = [
    ...Object.entries({ ...names, probeEvery: "--probe-every", webhookFile: "--webhook-file" }).filter(
      ([name]) => options.text(name) !== undefined,
    ),
    ...(options.flag("private") ? [["private", "--private"]] : []),
  ].map(([, flag]) => flag);
  if (given.length === 0) return;
  throw new AppError("USAGE", `the web part has no use for ${given.join(", ")}`, { hint: "give it to the worker" });
}
