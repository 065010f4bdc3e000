import type { Position } from "#kernel";
import type { IssuerEntry } from "./issuer.ts";
import type { Presenting, Verifying } from "./holder.ts";
import type { RotationSchedule } from "./rotation-schedule.ts";
import type { Contract, Template } from "./variable.ts";

/** What `keyturn.yaml` and the contracts say about one environment: the whole description, no values of secrets. */
export interface Platform {
  readonly name: string;
  readonly environment: Environment;
  /** in the order of delivery */
  readonly services: readonly Service[];
  readonly hosts: readonly HostEntry[];
  readonly waves: Waves;
  readonly freeze: readonly FreezeWindow[];
  readonly sources: readonly SourceEntry[];
  /** who makes the new value of a secret, by its name; what is not in it is random */
  readonly issuers: ReadonlyMap<string, IssuerEntry>;
  /** names that change together: of each pair the companion, by the name that the manifest says it of */
  readonly pairs: ReadonlyMap<string, string>;
  /** when secrets are to be rotated, by name */
  readonly schedules: ReadonlyMap<string, RotationSchedule>;
  readonly file: string;
}

export interface Environment {
  readonly name: string;
  /** the recovery drill must have passed before its first secret is sealed */
  readonly production: boolean;
}

export interface HostEntry {
  readonly name: string;
  /** `local` runs on this machine, without ssh */
  readonly connection:
    | { readonly kind: "ssh"; readonly address: string; readonly config?: string }
    | { readonly kind: "local" };
  /** left out for now: it catches up later */
  readonly excluded: boolean;
}

export interface Service {
  /** as the manifest has it; of one user's runtime with the user behind it: `agent/alice` */
  readonly name: string;
  /** the manifest's own name: grants, scopes and settings are given to it */
  readonly base: string;
  readonly position: Position;
  readonly contract: Contract;
  readonly runtime: Runtime;
  readonly hosts: readonly string[];
  /** services of one order go together, lower first */
  readonly order: number;
  /** settings given by the manifest; they win over the contract's fallback and lose against a stored value */
  readonly values: Readonly<Record<string, Template>>;
  readonly health: readonly HealthCheck[];
  readonly prepare: readonly PrepareCommand[];
  readonly drain?: Drain;
  /** names of shared secrets; what is said of each is beside them, with an entry for every name */
  readonly presents: readonly string[];
  readonly presenting: ReadonlyMap<string, Presenting>;
  readonly verifies: readonly string[];
  readonly verifying: ReadonlyMap<string, Verifying>;
  /** it runs once for each user, and nowhere before there is one: see {@link expandRuntimes} */
  readonly perUser?: PerUser;
  /** whose runtime this is; the platform's name is a part of every key that is derived for them. It listens at the port. */
  readonly user?: { readonly id: string; readonly platform: string; readonly port: number };
}

/** Runtimes of one service, one for each user. */
export interface PerUser {
  /** where one listens: the container's own port, of a local process the first of a row */
  readonly port: number;
  /** how many of them change at once */
  readonly maxUnavailable: number;
  /** what callers lose with one: `voice`, `chat` */
  readonly surfaces: readonly string[];
}

export type Runtime = SystemdRuntime | ComposeRuntime | ViteRuntime | ProcessRuntime | DockerRuntime;

export interface EnvironmentFile {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  /** octal text, `600` */
  readonly mode: string;
}

export interface SystemdRuntime {
  readonly kind: "systemd";
  readonly file: EnvironmentFile;
  /** `voxbridge.service`, or the template `voxcore@.service` */
  readonly unit: string;
  /** named instances of a template; one empty name otherwise */
  readonly instances: readonly string[];
  /** path of the unit file in the repository, installed by `hosts prepare` */
  readonly unitFile?: string;
}

export interface ComposeRuntime {
  readonly kind: "compose";
  readonly file: EnvironmentFile;
  /** folder of the compose file on the host */
  readonly project: string;
  readonly composeFile: string;
  readonly composeService: string;
  readonly instances: readonly string[];
}

export interface ViteRuntime {
  readonly kind: "vite";
  /** folder of the package in the repository */
  readonly directory: string;
  /** committed brand file, relative to `directory`, copied to its `.env` before the build; public variables only */
  readonly brand?: string;
  /** argument list of one command */
  readonly build: readonly string[];
  /** folder of the bundle, relative to `directory` */
  readonly output: string;
  /** folder on the host: `PATH/releases/ID`, and `PATH/current` is switched */
  readonly publish: string;
  readonly owner: string;
  readonly group: string;
}

export interface ProcessRuntime {
  readonly kind: "process";
  /** argument list; `node` means the Node that runs Keyturn */
  readonly command: readonly string[];
  readonly directory: string;
  readonly instances: readonly string[];
  /** per instance, `%i` is its name; not secret, not part of the file */
  readonly instanceEnvironment: Readonly<Record<string, string>>;
}

/** A container that Keyturn makes itself, with the variables in the call that creates it. */
export interface DockerRuntime {
  readonly kind: "docker";
  readonly container: string;
  readonly image: string;
  /** something of it can't be shared: the old one stops before the new one starts */
  readonly exclusive: boolean;
  readonly port?: number;
  readonly network?: string;
  /** bytes */
  readonly memory?: number;
  readonly cpus?: number;
  readonly restart: "no" | "on-failure" | "always" | "unless-stopped";
  /** `name:/path` or `/path:/path`, and `:ro` behind it */
  readonly volumes: readonly string[];
  readonly command?: readonly string[];
  /** how long it may take to end, milliseconds */
  readonly stop: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly instances: readonly string[];
}

/** `%i` in a URL is the instance's name. Times in milliseconds. */
export type HealthCheck =
  | {
      readonly kind: "http";
      readonly url: string;
      readonly from: "host" | "control";
      readonly timeout: number;
      readonly deadline: number;
      readonly status: number;
      /** field of its JSON answer that tells which release the service carries; `a.b` is b inside a */
      readonly release?: string;
    }
  | {
      readonly kind: "tcp";
      readonly address: string;
      readonly port: string;
      readonly from: "host" | "control";
      readonly deadline: number;
    }
  | { readonly kind: "command"; readonly command: readonly string[]; readonly deadline: number };

export interface PrepareCommand {
  readonly command: readonly string[];
  readonly as: "deploy" | "service";
  readonly directory?: string;
}

/** How an instance is emptied before it stops; URLs are the host's own. */
export interface Drain {
  readonly by: { readonly kind: "signal"; readonly signal: string } | { readonly kind: "http"; readonly url: string };
  /** `is`: what the field says when nothing is in work; false, 0, null or idle where absent */
  readonly idle?: { readonly url: string; readonly field: string; readonly is?: string | number | boolean };
  /** milliseconds */
  readonly limit: number;
}

/** Sizes of the waves over the hosts of one order; the last one repeats. `[1, "rest"]` by default; `all` is one wave. */
export interface Waves {
  readonly sizes: readonly (number | "rest")[];
  /** milliseconds to look on after a wave's gate has passed */
  readonly soak: number;
  /** all services in one wave, staged on every host before anything changes on one */
  readonly together?: boolean;
}

/** Local time of the machine that rolls out. `days` are 0 (Sunday) to 6; minutes count from midnight. */
export interface FreezeWindow {
  readonly days: readonly number[];
  readonly from: number;
  readonly until: number;
  readonly reason: string;
}

export type SourceEntry =
  | { readonly kind: "store" }
  | { readonly kind: "environment" }
  | { readonly kind: "dotenv"; readonly path: string }
  | { readonly kind: "files"; readonly directory: string };
