import { isIP } from "node:net";
import { AppError } from "#kernel";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** nobody outside this machine reaches it */
  readonly loopback: boolean;
}

/** `127.0.0.1:7333`, `[::1]:7333`, `localhost:0`; port 0 is one that is free. */
export function readAddress(text: string): ListenAddress {
  const [, ipv6, name = "", port = ""] = /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = ipv6 ?? name;
  const known = ipv6 === undefined ? isIP(host) === 4 || host === "localhost" : isIP(host) === 6;
  if (!known || Number(port) > 65_535) {
    throw new AppError("USAGE", "that is no address to listen on", {
      hint: "for example 127.0.0.1:7333 or [::1]:7333",
    });
  }
  const loopback = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  return { host, port: Number(port), loopback };
}

/** Where browsers find the server: of a proxy that ends TLS, and nothing but scheme, name and port. */
function readPublicUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === "https:" && url.origin === text.replace(/\/$/, "")) return url.origin;
  throw new AppError("USAGE", "that is no address of a proxy", { hint: "for example https://keyturn.example.com" });
}

/** The proxy's address, if there is one. USAGE where strangers would come without TLS. */
export function proxyBefore({ loopback }: ListenAddress, publicUrl: string | undefined): string | undefined {
  if (publicUrl !== undefined) return readPublicUrl(publicUrl);
  if (loopback) return undefined;
  throw new AppError("USAGE", "beyond loopback there is no server without TLS", {
    hint: "let a proxy end TLS, and name its address: --behind-proxy https://keyturn.example.com",
  });
}

/** As it stands in a URL. */
export function originOf({ host }: ListenAddress, port: number): string {
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
