import { AppError } from "#kernel";

/** Where KEYTURN_URL says that the home is. */
export type ServerAddress = HttpAddress | SshAddress;

export interface HttpAddress {
  readonly kind: "http";
  /** `https://keyturn.example.com`, for people and for requests */
  readonly name: string;
  readonly url: URL;
}

export interface SshAddress {
  readonly kind: "ssh";
  /** `ssh://ops1` */
  readonly name: string;
  /** as ssh takes it */
  readonly destination: string;
  /** of that machine: the home, or the folder that has keyturn.yaml */
  readonly folder?: string;
}

/** USAGE for whatever else it is; the text is not repeated, since it may hold a password. */
export function readServerAddress(text: string): ServerAddress {
  const found = /^ssh:/i.test(text) ? readSsh(text) : readHttp(text);
  if (found !== undefined) return found;
  throw new AppError("USAGE", "KEYTURN_URL is no address of a server", {
    hint: "as https://keyturn.example.com, or ssh://ops1, ssh://anna@ops1:22/srv/platform; a token goes into KEYTURN_TOKEN_FILE",
  });
}

/** A scheme, a name and a port. Without TLS nobody but this machine itself may be asked. */
function readHttp(text: string): HttpAddress | undefined {
  const url = URL.parse(text);
  if (url === null || url.origin !== text.replace(/\/$/, "").toLowerCase()) return undefined;
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new AppError("USAGE", `${url.origin} has no TLS: everybody on the way would read the token`, {
      hint: "name the https:// address, or ssh://HOST",
    });
  }
  return url.protocol === "http:" || url.protocol === "https:" ? { kind: "http", name: url.origin, url } : undefined;
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** A path behind `/~/` begins in the login folder. Its letters are those that no shell reads otherwise. */
function readSsh(text: string): SshAddress | undefined {
  const form = /^ssh:\/\/((?:[A-Za-z0-9._-]+@)?(?:[A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9a-f:]+\]))(:\d{1,5})?(?:\/(.*))?$/i;
  const [, destination = "", port, path = ""] = form.exec(text) ?? [];
  if (destination === "" || !/^(?:~\/)?[A-Za-z0-9._/@+-]*$/.test(path)) return undefined;
  const folder = path.startsWith("~/") ? `./${path.slice(2)}` : path === "" ? undefined : `/${path}`;
  return {
    kind: "ssh",
    name: `ssh://${destination}${port ?? ""}`,
    destination: port === undefined ? destination.replace(/\[(.*)\]/, "$1") : `ssh://${destination}${port}`,
    ...(folder === undefined ? {} : { folder }),
  };
}
