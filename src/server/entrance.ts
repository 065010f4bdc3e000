import type { RelyingParty } from "#access";

/** How browsers come in, as everything that guards against other pages needs it. */
export interface Entrance {
  /** `https://keyturn.example.com` behind a proxy, else `http://127.0.0.1:7333` */
  readonly origin: string;
  /** a proxy ends TLS, and tells in `X-Forwarded-For` who called it */
  readonly proxy: boolean;
  /** the web part stands before this process, and tells there who called it; nobody else comes */
  readonly web?: boolean;
}

/**
 * Behind TLS a `__Host-` cookie, which no other host and no plain page can set. Browsers don't take one everywhere over plain
 * http, so that on loopback it has a plain name, with the port, because cookies are shared by all ports of a machine.
 */
export function sessionCookie({ origin, proxy }: Entrance): string {
  return proxy ? "__Host-keyturn" : `keyturn-${portOf(origin)}`;
}

/** Of a browser that wants to log in with a passkey, until it has. */
export function visitCookie(entrance: Entrance): string {
  return `${sessionCookie(entrance)}-visit`;
}

export function cookieAttributes({ proxy }: Entrance) {
  return { path: "/", httpOnly: true, sameSite: "Strict", secure: proxy } as const;
}

/** A passkey is for a name, which an IP address is none: on loopback for `localhost`. */
export function relyingParty({ origin, proxy }: Entrance): RelyingParty {
  const own = new URL(proxy ? origin : `http://localhost:${portOf(origin)}`);
  return { id: own.hostname, origin: own.origin };
}

function portOf(origin: string): string {
  return new URL(origin).port || "80";
}
