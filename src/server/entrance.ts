/** How browsers come in, as everything that guards against other pages needs it. */
export interface Entrance {
  /** `https://keyturn.example.com` behind a proxy, else `http://127.0.0.1:7333` */
  readonly origin: string;
  /** a proxy ends TLS, and tells in `X-Forwarded-For` who called it */
  readonly proxy: boolean;
}

/**
 * Behind TLS a `__Host-` cookie, which no other host and no plain page can set. Browsers don't take one everywhere over plain
 * http, so that on loopback it has a plain name, with the port, because cookies are shared by all ports of a machine.
 */
export function sessionCookie({ origin, proxy }: Entrance): { readonly name: string; readonly secure: boolean } {
  return proxy
    ? { name: "__Host-keyturn", secure: true }
    : { name: `keyturn-${new URL(origin).port || "80"}`, secure: false };
}
