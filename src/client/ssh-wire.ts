import { connect, type ClientHttp2Session } from "node:http2";
import { PassThrough, pipeline, type Duplex } from "node:stream";
import { openSshCommand } from "#host";
import { AppError, greeted, isSameForm } from "#kernel";
import type { SshAddress } from "./address.ts";
import { otherVersion } from "./answer.ts";
import type { Wire, WireAnswer, WireRequest } from "./wire.ts";

export interface SshTrust {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** another configuration file than the user's own */
  readonly config?: string;
  readonly version: string;
}

/** To `keyturn serve --stdio` of a machine behind sshd, which is started with the first request and ends with the last. */
export function sshWire(address: SshAddress, trust: SshTrust): Wire {
  const { name } = address;
  let opened: Promise<Opened> | undefined;
  return {
    name,
    lasting: false,
    send: async (request) => {
      const { session, broken } = await (opened ??= open(address, trust));
      return send(session, request).catch((cause: unknown) => {
        throw request.signal?.aborted === true ? request.signal.reason : (broken() ?? lost(name, cause));
      });
    },
    close: async () => {
      const made = await opened?.catch(() => undefined);
      if (made !== undefined) await ended(made);
    },
  };
}

interface Opened {
  readonly session: ClientHttp2Session;
  readonly stream: Duplex;
  /** why it ended, once it did */
  readonly broken: () => Error | undefined;
}

async function open({ name, destination, folder }: SshAddress, { version, ...options }: SshTrust): Promise<Opened> {
  const place = folder === undefined ? [] : ["--home", folder];
  const stream = await openSshCommand({
    ...options,
    name,
    address: destination,
    command: ["keyturn", "serve", "--stdio", ...place],
    explain: (code, said) => explain(name, code, said),
  });
  let reason: Error | undefined;
  stream.once("error", (error) => (reason = fromHost(error, destination)));
  const there = await greeting(name, stream).catch((error: unknown) => {
    stream.destroy();
    throw reason ?? error;
  });
  if (!isSameForm(version, there)) {
    stream.destroy();
    throw otherVersion(name, version, there);
  }
  const session = connect("http://localhost", { createConnection: () => stream });
  session.on("error", () => undefined);
  return { session, stream, broken: () => reason };
}

/** bytes that a login's own scripts may say before it */
const most = 65_536;

/** Reads up to the greeting and nothing of what stands behind it. */
async function greeting(name: string, stream: Duplex): Promise<string> {
  let seen = Buffer.alloc(0);
  let length = 0;
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) {
      if (stream.readableEnded || stream.destroyed) throw lost(name);
      await new Promise<void>((resolve) => {
        for (const event of ["readable", "end", "close", "error"]) stream.once(event, resolve);
      });
      continue;
    }
    seen = Buffer.concat([seen, chunk]);
    length += chunk.byteLength;
    for (let end = seen.indexOf(10); end !== -1; end = seen.indexOf(10)) {
      const version = greeted(seen.toString("latin1", 0, end));
      seen = seen.subarray(end + 1);
      if (version === undefined) continue;
      if (seen.byteLength > 0) stream.unshift(seen);
      return version;
    }
    if (length > most) throw new AppError("SERVER_UNKNOWN", `no Keyturn answers at ${name}`);
  }
}

function send(session: ClientHttp2Session, request: WireRequest): Promise<WireAnswer> {
  const { method, path, headers, body, signal } = request;
  return new Promise((resolve, reject) => {
    const sent = session.request(
      {
        ...headers,
        ":method": method,
        ":path": path,
        ...(body === undefined ? {} : { "content-length": body.byteLength }),
      },
      { endStream: body === undefined, ...(signal === undefined ? {} : { signal }) },
    );
    sent.once("error", reject).once("close", () => reject(new Error("closed")));
    sent.once("response", (answer) => {
      // at once: node throws away what nobody reads when the answer has ended
      const body = pipeline(sent, new PassThrough(), () => undefined);
      resolve({ status: answer[":status"] ?? 0, headers: answer, body });
    });
    if (body !== undefined) sent.end(body);
  });
}

/** It goes by itself when it hears the end; whatever is still at work there ends well without us. */
async function ended({ session, stream }: Opened): Promise<void> {
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));
  session.close();
  const late = setTimeout(() => stream.destroy(), 1000);
  if (!stream.destroyed) await closed;
  clearTimeout(late);
}

function explain(name: string, code: number, said: string): AppError {
  if (code === 127 || code === 126) {
    return new AppError("SERVER_UNKNOWN", `there is no command keyturn at ${name}`, {
      hint: "install it there, where a login without a terminal finds it: /usr/local/bin, say",
    });
  }
  const old = code === 64;
  return new AppError(old ? "SERVER_VERSION" : "SERVER_UNKNOWN", `keyturn does not serve at ${name} (${said})`, {
    hint: old ? "install the same version here and there" : `try \`keyturn status\` in a login to it`,
  });
}

/** Hosts of the manifest have other next steps than the home's own. */
function fromHost(error: Error, destination: string): Error {
  if (!(error instanceof AppError) || error.code !== "HOST_UNREACHABLE") return error;
  const { message, cause } = error;
  return new AppError("SERVER_UNREACHABLE", message, { hint: `try \`ssh ${destination} keyturn --version\``, cause });
}

function lost(name: string, cause?: unknown): AppError {
  return new AppError("SERVER_UNREACHABLE", `the connection to ${name} was lost`, { cause });
}
