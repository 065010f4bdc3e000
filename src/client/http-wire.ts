import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { getCACertificates } from "node:tls";
import { AppError, systemCode, type Sensitive } from "#kernel";
import type { HttpAddress } from "./address.ts";
import type { Wire, WireRequest } from "./wire.ts";

export interface HttpTrust {
  readonly token: Sensitive;
  /** certificates beside those that the system trusts, in PEM */
  readonly authority?: Buffer;
}

/** Milliseconds until a connection stands. What a server is asked may take its time. */
const patience = 15_000;

/** Over TLS, and without it on this machine alone. Nothing follows a redirect: the token is for this address. */
export function httpWire({ name, url }: HttpAddress, { token, authority }: HttpTrust): Wire {
  const secure = url.protocol === "https:";
  const agent = secure ? new Agent({ keepAlive: true, ca: trusted(authority) }) : new PlainAgent({ keepAlive: true });
  const send = secure ? request : plainRequest;
  const authorization = `Bearer ${bearer(token)}`;
  return {
    name,
    lasting: true,
    send: ({ method, path, headers, body, signal }: WireRequest) =>
      new Promise((resolve, reject) => {
        const sent = send(new URL(path, url), {
          agent,
          method,
          headers: { ...headers, authorization, ...(body === undefined ? {} : { "content-length": body.byteLength }) },
          ...(signal === undefined ? {} : { signal }),
        });
        const fail = (cause: Error) => reject(signal?.aborted === true ? signal.reason : explain(name, cause));
        sent.once("socket", (socket) => {
          socket.setKeepAlive(true, patience);
          if (!socket.connecting) return;
          socket.setTimeout(patience, () =>
            sent.destroy(new AppError("SERVER_UNREACHABLE", `${name} does not answer`)),
          );
          socket.once(secure ? "secureConnect" : "connect", () => socket.setTimeout(0));
        });
        sent.once("error", fail);
        sent.once("response", (answer: IncomingMessage) =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer }),
        );
        sent.end(body);
      }),
    close: async () => agent.destroy(),
  };
}

/** What Node brings, what the system has, and what was named. */
function trusted(authority: Buffer | undefined): string[] {
  const all = [...getCACertificates("default"), ...getCACertificates("system")];
  return [...new Set(all), ...(authority === undefined ? [] : [authority.toString("latin1")])];
}

function bearer(token: Sensitive): string {
  const text = token.reveal().toString("latin1");
  if (/^[\w.~+/=-]{1,200}$/.test(text)) return text;
  throw new AppError("LOGIN_NEEDED", "what was given as a service token is none", {
    hint: "`keyturn token create` makes one where the home is; its file has one line",
  });
}

function explain(name: string, cause: Error): AppError {
  if (cause instanceof AppError) return cause;
  const code = systemCode(cause) ?? "";
  const certificate = certificates[code];
  if (certificate !== undefined) {
    return new AppError("SERVER_CERTIFICATE", `the certificate of ${name} ${certificate}`, { cause });
  }
  const why = unreachable[code] ?? (/^(?:EPROTO|ERR_SSL_)/.test(code) ? "it does not speak TLS as wanted" : code);
  return new AppError("SERVER_UNREACHABLE", `${name} can't be reached${why === "" ? "" : `: ${why}`}`, { cause });
}

const unverified = "is of an authority that is not trusted here";

/** by the codes of OpenSSL's verification, as Node has them */
const certificates: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has expired",
  CERT_NOT_YET_VALID: "is not valid yet",
  CERT_REVOKED: "is revoked",
  ERR_TLS_CERT_ALTNAME_INVALID: "is for another name",
  DEPTH_ZERO_SELF_SIGNED_CERT: unverified,
  SELF_SIGNED_CERT_IN_CHAIN: unverified,
  UNABLE_TO_GET_ISSUER_CERT: unverified,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unverified,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unverified,
  CERT_SIGNATURE_FAILURE: "can't be verified",
  INVALID_CA: unverified,
};

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: "nobody knows that name",
  EAI_AGAIN: "the name server does not answer",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was lost",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
  ETIMEDOUT: "it does not answer",
};
