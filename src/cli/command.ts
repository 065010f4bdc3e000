import type { Clock } from "#kernel";
import type { AccountLink, Context, Home } from "#operation";
import type { Terminal } from "./terminal.ts";

/** One verb: what it takes, and what it does. Files in `command/` are loaded when their verb is called. */
export interface Command {
  /** `<name>` is wanted, `[part...]` may be left out; as commander reads it */
  readonly arguments: readonly { readonly form: string; readonly description: string }[];
  readonly options: readonly OptionSpec[];
  /** an unknown option may be a value that begins with `-`: it comes as an argument, and is not repeated in an error */
  readonly unknownOptions?: boolean;
  /** reads files of this folder and asks no home: the same wherever that is. Always, or with some options */
  readonly here?: boolean | ((options: Options) => boolean);
  /** it heeds `signal`, or has signals of its own; of any other verb the first Ctrl-C is the end */
  readonly stopsItself?: boolean;
  /** a line or two behind the summary in `--help` */
  readonly description?: string;
  /** Returns the exit code; a failure is thrown. */
  run(call: Call): Promise<number>;
}

export interface OptionSpec {
  /** `--source <where>`, `-q, --quiet` */
  readonly flags: string;
  readonly description: string;
  /** may be given more than once; the value is a list */
  readonly many?: boolean;
}

export interface Call {
  readonly arguments: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** every question is answered with yes */
  readonly yes: boolean;
  /** aborted by the first Ctrl-C */
  readonly signal: AbortSignal;
  /** folder that the command was started in, and what it was told of home, manifest and environment */
  readonly place: Place;
  readonly clock: Clock;
  /** where the store is: the folder of this call's place, or the server that KEYTURN_URL names */
  readonly home: () => Promise<Home>;
  /** address of that server; nothing where the home is a folder of this machine */
  readonly away: () => Promise<string | undefined>;
  /** for the place of this call, or for another that differs from it; NEEDS_HOME where the home is away */
  readonly context: (other?: Partial<Place>) => Promise<Context>;
  /** the server on this call's home folder, until it is closed */
  readonly serve: (request: ServeRequest) => Promise<Serving>;
  /** its web part alone, which needs nothing of this call's place */
  readonly serveWeb: (request: WebRequest) => Promise<Serving>;
  /** the API on standard input and output, for the client that is there, until it goes */
  readonly serveStdio: () => Promise<void>;
}

/** Where browsers come in, and what is told of it. */
interface Entrance {
  /** `127.0.0.1:7333` */
  readonly listen: string;
  /** address of the proxy that ends TLS */
  readonly publicUrl?: string;
  /** one JSON line for each request */
  readonly onAccess?: (line: string) => void;
  readonly onTrouble: (line: string) => void;
}

interface WebRequest extends Entrance {
  /** path of the worker's socket */
  readonly socket: string;
}

export interface ServeRequest extends Entrance {
  /** path of the socket that the web part comes by; without one this process is both */
  readonly socket?: string;
  /** addresses of providers in a private network may be asked */
  readonly nearby?: boolean;
  /** milliseconds from one probe of every credential to the next one; none when it is left out */
  readonly probeEvery?: number;
  /** 0600 file with the address that news are posted to */
  readonly webhookFile?: string;
  /** one JSON line for each of the news */
  readonly onNews?: (line: string) => void;
}

export interface Serving {
  /** what a browser opens */
  readonly url: string;
  /** where it listens: of a worker the path of its socket */
  readonly address: string;
  /** makes the first admin; undefined where there is an account */
  readonly link?: AccountLink;
  close(): Promise<void>;
}

export interface Place {
  readonly folder: string;
  readonly home?: string;
  readonly manifest?: string;
  readonly environment?: string;
  readonly keyFile?: string;
}

/** Options by camel-case name, typed where they are read. */
export interface Options {
  text(name: string): string | undefined;
  flag(name: string): boolean;
  list(name: string): readonly string[];
}

/** Options of every verb. */
export const everywhere: readonly OptionSpec[] = [
  { flags: "--env <name>", description: "environment of the manifest (KEYTURN_ENV)" },
  { flags: "--manifest <file>", description: "keyturn.yaml to use; otherwise the nearest upwards" },
  { flags: "--home <folder>", description: "store, keys and local state (KEYTURN_HOME)" },
  { flags: "--key-file <file>", description: "key of the store (KEYTURN_KEY_FILE)" },
  { flags: "--json", description: "one JSON document on standard output, events on standard error" },
  { flags: "-y, --yes", description: "answer every question with yes" },
];
