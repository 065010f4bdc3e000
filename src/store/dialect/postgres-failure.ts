import { AppError } from "#kernel";
import type { PostgresServer } from "../postgres-server.ts";

/**
 * What the server or the way to it has to say, as an error of ours. By SQLSTATE
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html); without one, the connection is the trouble.
 */
export function postgresFailure(error: unknown, server: PostgresServer): AppError {
  if (error instanceof AppError) return error;
  const state = sqlState(error);
  if (state === undefined) return connectionFailure(error, server);
  const { address, user, database } = server;
  const known = byState[state] ?? byState[state.slice(0, 2)];
  const { code, message, hint } = known?.({ address, user, database }) ?? {
    code: "INTERNAL" as const,
    message: `${address} answered with SQLSTATE ${state}`,
  };
  return new AppError(code, message, {
    cause: error,
    data: { sqlstate: state },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Undefined when the error did not come from the server. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("severity" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

interface Told {
  readonly code: "STORE_UNREACHABLE" | "STORE_REFUSED" | "STORE_UNFIT" | "STORE_BROKEN" | "STORE_BUSY";
  readonly message: string;
  readonly hint?: string;
}

type Tell = (server: Pick<PostgresServer, "address" | "user" | "database">) => Told;

const refused: Tell = ({ address, user }) => ({
  code: "STORE_REFUSED",
  message: `${address} does not let ${user} in`,
  hint: "the password is in store.password of the home folder (mode 600), or systemd's credential keyturn-store-password",
});
const lost: Tell = ({ address }) => ({ code: "STORE_UNREACHABLE", message: `${address} ended the connection` });
const unfit: Tell = ({ address }) => ({
  code: "STORE_BROKEN",
  message: `the store on ${address} is not as its schema says`,
});
const busy: Tell = ({ address }) => ({
  code: "STORE_BUSY",
  message: `the store on ${address} is held by another process`,
});

/** By whole state, then by class. */
const byState: Readonly<Record<string, Tell>> = {
  "08": lost,
  "22": unfit,
  "23": unfit,
  "25006": ({ address }) => ({
    code: "STORE_UNFIT",
    message: `${address} takes no changes: it is a standby, or set so`,
  }),
  "25P03": lost,
  "28": refused,
  "3D": ({ address, database, user }) => ({
    code: "STORE_REFUSED",
    message: `${address} has no database ${database}`,
    hint: `have its administrator make it: create database ${database} owner ${user}`,
  }),
  "40": busy,
  "42501": ({ address, user }) => ({
    code: "STORE_REFUSED",
    message: `${user} lacks rights on ${address}`,
    hint: "the user owns the schema keyturn, or may create it in its database",
  }),
  "42": unfit,
  "53300": ({ address }) => ({ code: "STORE_BUSY", message: `${address} has no connection left` }),
  "55P03": busy,
  "57014": busy,
  "57P01": lost,
  "57P02": lost,
  "57P03": ({ address }) => ({ code: "STORE_UNREACHABLE", message: `${address} is starting or ending` }),
};

/** Codes of Node for a certificate that is not what it should be; https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificate = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_|HOSTNAME_MISMATCH|ERR_TLS_)/;

function connectionFailure(cause: unknown, { address, tls }: PostgresServer): AppError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (certificate.test(code)) {
    return new AppError("STORE_UNFIT", `the certificate of ${address} can't be verified: ${code}`, {
      hint: "name the file of its authority with ?sslrootcert=FILE in the address",
      cause,
    });
  }
  const why = code === "" ? "" : `: ${code}`;
  const hint = tls.kind === "off" ? {} : { hint: "it must be up, and offer TLS; run the command again" };
  return new AppError("STORE_UNREACHABLE", `${address} does not answer, or the connection was lost${why}`, {
    cause,
    ...hint,
  });
}
