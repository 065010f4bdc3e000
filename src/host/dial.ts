import type { Duplex } from "node:stream";
import { AppError, systemCode } from "#kernel";
import { connected } from "./connected.ts";
import type { ConnectionLimit } from "./connection-limit.ts";

/** An address as a machine itself sees it. */
export interface Port {
  readonly host: string;
  readonly port: number;
}

/** One that its own programs reach, and nobody from outside. Anything else is a way into a machine's network, and a defect of whoever asks for it. */
export function loopbackPort(port: number, host = "127.0.0.1"): Port {
  if (!loopback.test(host) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new AppError("INTERNAL", `${host}:${port} is no port of a loopback address`);
  }
  return { host, port };
}

const loopback = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|::1)$/;

/** `127.0.0.1:80`, `[::1]:80` */
export function portText({ host, port }: Port): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** For a machine that is this one. */
export function dialHere(name: string, to: Port): Promise<Duplex> {
  return connected(to).catch((cause: unknown) => {
    throw new AppError("HOST_UNREACHABLE", notTaken(name, to, systemCode(cause) ?? "no answer"), {
      hint: portHint,
      cause,
    });
  });
}

export function notTaken(name: string, to: Port, why: string): string {
  return `${name} takes no connection at ${portText(to)} (${why})`;
}

export const portHint = "`keyturn status` shows what runs there";

/** A stream that counts as a connection of its machine until it is closed. */
export function seated(limit: ConnectionLimit, open: () => Promise<Duplex>): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const life = limit(async () => {
      const stream = await open();
      resolve(stream);
      await new Promise<void>((closed) => stream.once("close", () => closed()));
    });
    life.catch(reject);
  });
}
