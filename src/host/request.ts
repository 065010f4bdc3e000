import type { Sensitive } from "#kernel";
import type { TargetAddress } from "./address.ts";

/** What a machine can be asked to change. Units, paths and owners come from its own allowlist, not from here. */
export type HostRequest =
  /**
   * Puts the content of one file variable (0600, the service's own) into the folder of a release; belongs to the record
   * of the `stage` of that release that follows in the same stream, and goes when no kept record names it.
   */
  | {
      readonly kind: "attach";
      readonly target: TargetAddress;
      /** `r7` */
      readonly release: string;
      readonly name: string;
      /** 1 MiB at most */
      readonly content: Sensitive;
    }
  /**
   * Puts the new file beside the old one (0600, owner set before content, length and sha256 checked) with its record.
   * `anew`: a container is made also where the present one has the same.
   */
  | {
      readonly kind: "stage";
      readonly target: TargetAddress;
      readonly file: Sensitive;
      readonly record: ReleaseRecord;
      readonly anew?: true;
    }
  /**
   * Keeps the present file as the previous one and renames the staged one into place. `unproved`: the present one is of
   * a release that failed or was cut short, and the one that was kept before it stays the previous one.
   */
  | { readonly kind: "swap"; readonly target: TargetAddress; readonly unproved?: true }
  /** Records what is there as the release, without touching the file: the end of taking over. */
  | { readonly kind: "claim"; readonly target: TargetAddress; readonly record: ReleaseRecord }
  /**
   * Empties a running instance before it is stopped: asks it to take nothing new, and waits until it is idle or `limit`
   * milliseconds have gone. Never fails for what the instance does or says: that is told in the answer's `remark`.
   */
  | ({ readonly kind: "drain"; readonly target: TargetAddress; readonly instance: string } & HostDrain)
  | {
      readonly kind: "restart";
      readonly target: TargetAddress;
      readonly instance: string;
      readonly action: "restart" | "reload";
    }
  /**
   * Waits until the instance is active, started after the last `swap`/`restart` of this stream, its process
   * environment equals the record, and the checks pass; or until `deadline` milliseconds have gone. Of an instance that
   * was reloaded the checks alone tell: those with `release` that it carries the record's release.
   */
  | {
      readonly kind: "verify";
      readonly target: TargetAddress;
      readonly instance: string;
      readonly checks: readonly HostCheck[];
      readonly deadline: number;
    }
  /** Brings the previous file and record back (the present one becomes the staged one's grave: it is destroyed). */
  | { readonly kind: "return"; readonly target: TargetAddress }
  /** Destroys the kept previous file: its values were retired. */
  | { readonly kind: "forget"; readonly target: TargetAddress }
  /** Removes staged leftovers of the target that no open request needs. */
  | { readonly kind: "sweep"; readonly target: TargetAddress }
  /** Runs prepare command number `index` of the target's allowlist as the service user. */
  | { readonly kind: "prepare"; readonly target: TargetAddress; readonly index: number }
  /** Unpacks an archive beside the published one and switches `current` to it; `id` names the bundle. */
  | {
      readonly kind: "publish";
      readonly target: TargetAddress;
      readonly id: string;
      readonly archive: Uint8Array;
      readonly record: ReleaseRecord;
    };

/** Checks done on the machine itself; HTTP only to its own loopback addresses. Times in milliseconds. */
export type HostCheck =
  | {
      readonly kind: "http";
      readonly url: string;
      readonly status: number;
      readonly timeout: number;
      /** member of the JSON answer that must be the record's release, where the file gives the service its label */
      readonly release?: string;
    }
  | { readonly kind: "tcp"; readonly address: string; readonly port: number };

/**
 * How an instance is told to take nothing new (a signal to its main process, or a POST to the machine's own loopback),
 * and how it says that it is empty. An instance whose process has ended is. Without `idle` the answer to the POST is the
 * end of the drain, and of a signal the end of the process.
 */
export interface HostDrain {
  readonly by: { readonly kind: "signal"; readonly signal: string } | { readonly kind: "http"; readonly url: string };
  readonly idle?: IdleSign;
  /** milliseconds */
  readonly limit: number;
}

/** The member `field` of the JSON object that `url` answers: `false`, `0`, `null` or `"idle"` when nothing else is said. */
export interface IdleSign {
  readonly url: string;
  readonly field: string;
  readonly is?: string | number | boolean;
}

/**
 * What a machine keeps about the file it was given, so that it can tell whether a process carries it without anyone
 * sending a value again. Digests are salted per record:
 * `line(NAME) = hex(NAME=value)` as two-digit bytes each after a space, `variables[i].digest = sha256(salt LF line LF)`,
 * `whole = sha256(salt LF sorted lines, each LF)`; all hex.
 */
export interface ReleaseRecord {
  /** the target's release label, `r7`, also in the file as KEYTURN_RELEASE */
  readonly release: string;
  /** keyed digest over names and fingerprints, 16 hex digits: equal content, equal digest */
  readonly digest: string;
  readonly salt: string;
  readonly whole: string;
  readonly variables: readonly { readonly name: string; readonly digest: string }[];
}

export type HostAnswer =
  | {
      readonly kind: "done";
      readonly request: HostRequest["kind"];
      readonly target: string;
      readonly instance?: string;
      /** what the machine could not do on the way, a drain that came to its limit; bounded, printable, no value */
      readonly remark?: string;
    }
  /** nothing to do: the state asked for was there already */
  | {
      readonly kind: "unchanged";
      readonly request: HostRequest["kind"];
      readonly target: string;
      readonly instance?: string;
    }
  | {
      readonly kind: "failed";
      readonly request: HostRequest["kind"];
      readonly target: string;
      readonly instance?: string;
      readonly reason: FailureReason;
      /** bounded, printable, no value */
      readonly detail: string;
    };

export type FailureReason =
  | "refused"
  | "owner-unknown"
  | "no-space"
  | "read-only"
  | "corrupt"
  /** the machine's own reader of such files finds something else in it than was recorded */
  | "misread"
  | "unit-missing"
  | "start-failed"
  | "died"
  | "environment-differs"
  | "not-restarted"
  | "unhealthy"
  | "timeout"
  | "no-previous"
  | "command-failed"
  | "failed";
