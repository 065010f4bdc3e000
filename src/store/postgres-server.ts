import { AppError, errorCodes, type Sensitive } from "#kernel";

/** A database on a PostgreSQL server, and how it is reached. */
export interface PostgresServer {
  /** as messages name it, and as the home folder keeps it; never has a password */
  readonly address: string;
  /** a name, an IP address, or the folder of a Unix socket */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** verified: certificate and name, by the file's certificates or those that Node knows */
  readonly tls: { readonly kind: "off" } | { readonly kind: "verified"; readonly rootCertificate?: string };
  readonly password?: Sensitive;
}

const form = "postgres://USER@HOST:PORT/DATABASE, with ?sslmode=verify-full|disable and sslrootcert=FILE";

/**
 * As libpq writes it (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING), with fewer parameters.
 * Without `sslmode`, a server on another machine is verified. STORE_ADDRESS never repeats what was given; the hint says
 * what to do about a password in it.
 */
export function readServer(text: string, hint: string = errorCodes.STORE_ADDRESS.hint): PostgresServer {
  const url = URL.parse(text);
  if (url === null || !["postgres:", "postgresql:"].includes(url.protocol)) {
    throw malformed("the address of the store's database can't be read");
  }
  const { searchParams: parameters } = url;
  if (url.password !== "" || parameters.has("password")) {
    throw new AppError("STORE_ADDRESS", "the address of the store's database has a password in it", { hint });
  }
  const unknown = [...parameters.keys()].filter((name) => !["sslmode", "sslrootcert"].includes(name));
  if (unknown.length > 0) throw malformed("the address of the store's database has a parameter that is not known");
  const [host, user] = [decoded(bare(url.hostname)), decoded(url.username)];
  const database = decoded(url.pathname.slice(1));
  if (host === "" || user === "" || database === "" || /[\0\n/]/.test(database)) {
    throw malformed("the address of the store's database lacks its user, host or database");
  }
  const tls = tlsOf(host, parameters);
  return { address: text, host, port: Number(url.port || "5432"), user, database, tls };
}

function malformed(message: string): AppError {
  return new AppError("STORE_ADDRESS", message, { hint: form });
}

/** An IPv6 address without its brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed("the address of the store's database can't be read");
  }
}

/** What encrypts without looking whom it talks to protects from nobody who can change what is sent. */
function tlsOf(host: string, parameters: URLSearchParams): PostgresServer["tls"] {
  const local = host.startsWith("/") || host === "localhost" || host === "::1" || /^127\.[\d.]+$/.test(host);
  const rootCertificate = parameters.get("sslrootcert");
  switch (parameters.get("sslmode") ?? (local ? "disable" : "verify-full")) {
    case "disable":
      return { kind: "off" };
    case "verify-full":
      return { kind: "verified", ...(rootCertificate === null ? {} : { rootCertificate }) };
    default:
      throw malformed("the sslmode of the store's database is neither verify-full nor disable");
  }
}
