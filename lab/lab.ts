import { publishCode } from "./code.ts";
import { hostTable, type HostSpec } from "./host-table.ts";
import { bootHost, execOn, isRunning, killHost, rootOf, waitUntilUp } from "./host.ts";
import { nodeImage } from "./image.ts";
import { setCable } from "./network.ts";
import { place, stateFolder } from "./place.ts";
import type { Outcome } from "./run.ts";

/** What a suite may do with the hosts that are up. Nothing here goes over ssh: that way is what suites try. */
export interface Lab {
  readonly hosts: readonly HostSpec[];
  /** for `ssh -F`; knows NAME (as deploy), `root-NAME` and `NAME-via-sip1` */
  readonly sshConfig: string;
  readonly stateFolder: string;
  /** on hosts with an engine: Node and a shell */
  readonly nodeImage: string;
  /** the host's file system, seen from here */
  root(host: string): string;
  /** runs inside as root; the status is part of the outcome */
  exec(host: string, argv: readonly string[], options?: { readonly input?: string | Uint8Array }): Promise<Outcome>;
  /** pulls the host's network cable, and puts it back */
  unreachable(host: string): Promise<void>;
  reachable(host: string): Promise<void>;
  /** as a power cut; what was on its disk stays */
  kill(host: string): Promise<void>;
  /** resolves when everything that starts by itself has started */
  boot(host: string): Promise<void>;
  isRunning(host: string): Promise<boolean>;
  /** commits the example platform as it is in the checkout; gives the commit that hosts pull */
  publishCode(message?: string): Promise<string>;
}

export function openLab(): Lab {
  return {
    hosts: hostTable,
    sshConfig: place.sshConfig,
    stateFolder,
    nodeImage,
    root: rootOf,
    exec: execOn,
    unreachable: (host) => setCable(host, "down"),
    reachable: (host) => setCable(host, "up"),
    kill: killHost,
    boot: async (host) => {
      await bootHost(host);
      await waitUntilUp(host);
    },
    isRunning,
    publishCode,
  };
}
