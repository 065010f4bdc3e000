import { isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { systemCode } from "#kernel";
import { reachOf, type Reach } from "./address.ts";

/** The only way out for a credential. */
export interface Egress {
  /**
   * A connection to an address of that host which was looked up once and checked: every address the host has must be
   * allowed. It ends with the signal.
   */
  open(place: Place, signal: AbortSignal): Promise<Opened>;
  /** TLS over a connection that is there, for the host's name; `lenient` takes any certificate, and says so */
  secure(socket: Socket, host: string, options: { readonly lenient: boolean }): Promise<Secured>;
  /** milliseconds for one probe in all */
  readonly limit: number;
}

export interface Place {
  /** name or address, without brackets */
  readonly host: string;
  readonly port: number;
  /** `clear` is for private networks only; `negotiated` is clear at first, and what is said protects the secret */
  readonly security: "tls" | "clear" | "negotiated";
  /** addresses of private networks and of this machine are allowed */
  readonly nearby: boolean;
}

type Opened = { readonly kind: "open"; readonly socket: Socket } | Closed;

type Secured = { readonly kind: "open"; readonly socket: TLSSocket; readonly trusted: boolean } | Closed;

/**
 * `refused` by us, before anything was sent; `unreachable` for whatever the network did. In our own words, and without the
 * host's name: in a URI that was pasted wrongly, a password may stand there.
 */
export interface Closed {
  readonly kind: "refused" | "unreachable";
  readonly reason: string;
}

/** How the world is reached; tests have another one. */
export interface World {
  /** every address of a host */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly connect: (address: string, port: number) => Socket;
  /** certificates to trust instead of the system's */
  readonly authorities?: readonly string[];
  readonly limit: number;
}

export function createEgress(world: World): Egress {
  return {
    limit: world.limit,
    open: (place, signal) => open(world, place, signal),
    secure: (socket, host, options) => secure(world, socket, host, options),
  };
}

async function open(world: World, place: Place, signal: AbortSignal): Promise<Opened> {
  const found = await lookUp(world, place, signal);
  if (found.kind !== "addresses") return found;
  const objection = objectTo(found.addresses, place);
  if (objection !== undefined) return { kind: "refused", reason: objection };
  const connected = await connectAny(world, found.addresses, place.port, signal);
  if (connected.kind !== "open" || place.security !== "tls") return connected;
  const secured = await secure(world, connected.socket, place.host, { lenient: false });
  if (secured.kind !== "open") connected.socket.destroy();
  return secured;
}

async function lookUp(
  { resolve }: World,
  { host }: Place,
  signal: AbortSignal,
): Promise<{ readonly kind: "addresses"; readonly addresses: readonly string[] } | Closed> {
  if (isIP(host) !== 0) return { kind: "addresses", addresses: [host] };
  try {
    const addresses = await untilAborted(resolve(host), signal);
    return addresses.length === 0 ? unreachable("its host has no address") : { kind: "addresses", addresses };
  } catch (error) {
    return unreachable(signal.aborted ? "its host was not found in time" : `its host can't be found${codeText(error)}`);
  }
}

function objectTo(addresses: readonly string[], { security, nearby }: Place): string | undefined {
  const reaches = new Set<Reach>(addresses.map(reachOf));
  if (reaches.has("barred")) return "its host has an address that no key is sent to";
  if (reaches.has("private") && !nearby) return "its host is in a private network, which --private allows";
  if (security === "clear" && reaches.has("public")) return "its host would get the key without encryption";
  return undefined;
}

/** One after the other, in the order that the lookup gave. */
async function connectAny(
  world: World,
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Opened> {
  let last: Closed = unreachable("there is no address");
  for (const address of addresses) {
    const socket = world.connect(address, port);
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
    if (signal.aborted) socket.destroy();
    const error = await settled(socket, "connect");
    if (error === undefined) return { kind: "open", socket };
    socket.destroy();
    last = unreachable(signal.aborted ? "no connection in time" : `no connection${codeText(error)}`);
  }
  return last;
}

async function secure(
  { authorities }: World,
  socket: Socket,
  host: string,
  { lenient }: { readonly lenient: boolean },
): Promise<Secured> {
  const encrypted = connectTls({
    socket,
    host,
    // an address is no name to be indicated
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    rejectUnauthorized: !lenient,
  });
  socket.once("close", () => encrypted.destroy());
  const error = await settled(encrypted, "secureConnect");
  if (error === undefined) return { kind: "open", socket: encrypted, trusted: encrypted.authorized };
  encrypted.destroy();
  return unreachable(`no encrypted connection${codeText(error)}`);
}

/** Undefined once the event came; what ended the socket before otherwise. Later errors show as its end. */
function settled(socket: Socket, event: "connect" | "secureConnect"): Promise<unknown> {
  return new Promise((resolve) => {
    socket.once(event, () => resolve(undefined));
    socket.once("close", () => resolve(new Error("closed")));
    socket.on("error", (error) => resolve(error));
  });
}

function unreachable(reason: string): Closed {
  return { kind: "unreachable", reason };
}

/** The system's code only: messages may repeat what was sent. */
function codeText(error: unknown): string {
  const code = systemCode(error);
  return code === undefined ? "" : ` (${code})`;
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error("aborted"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject);
  });
}
