import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface WatchedWay {
  readonly port: number;
  /** nobody comes through any more */
  readonly close: () => void;
  /**
   * Resolves when a client sends what has these words. It is held back before the server gets it, or the server gets it
   * and its answer is held back; nothing else goes through that connection.
   */
  readonly hold: (words: string, when: "asked" | "answered") => Promise<void>;
}

/** A way to a port of this machine on which a moment can be caught. */
export async function watchedWay(to: number): Promise<WatchedWay> {
  let wanted: { readonly words: string; readonly when: "asked" | "answered"; readonly seen: () => void } | undefined;
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    const upstream = connect(to, "127.0.0.1");
    let held: (() => void) | undefined;
    client.on("data", (chunk) => {
      const caught = wanted !== undefined && chunk.toString("latin1").includes(wanted.words) ? wanted : undefined;
      if (caught !== undefined) {
        wanted = undefined;
        held = caught.seen;
        if (caught.when === "asked") return held();
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => (held === undefined ? void client.write(chunk) : held()));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.close();
    for (const client of clients) client.destroy();
  };
  onTestFinished(close);
  return {
    port: (server.address() as AddressInfo).port,
    close,
    hold: (words, when) => new Promise((seen) => (wanted = { words, when, seen })),
  };
}
