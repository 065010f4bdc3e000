import type { Command } from "./command.ts";

/** A verb in the list that `--help` shows; its file is loaded when it is called. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly group: "Set up" | "Values" | "Deliver" | "Look" | "Use" | "Keep";
  /** not shown: for programs */
  readonly hidden?: boolean;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const catalog: readonly Entry[] = [
  {
    name: "init",
    group: "Set up",
    summary: "propose keyturn.yaml from what is there, make the store",
    load: () => import("./command/init.ts"),
  },
  {
    name: "check",
    group: "Set up",
    summary: "contract, manifest and values: complete, valid, no contradictions",
    load: () => import("./command/check.ts"),
  },
  {
    name: "plan",
    group: "Deliver",
    summary: "what would change where, never a value",
    load: () => import("./command/plan.ts"),
  },
  {
    name: "apply",
    group: "Deliver",
    summary: "stage, swap, restart, verify, wave by wave",
    load: () => import("./command/apply.ts"),
  },
  {
    name: "rollback",
    group: "Deliver",
    summary: "the last good release, as a new rollout",
    load: () => import("./command/rollback.ts"),
  },
  {
    name: "host-rollback",
    group: "Deliver",
    summary: "the way back by hand, one line of shell for each target",
    load: () => import("./command/host-rollback.ts"),
  },
  {
    name: "drift",
    group: "Look",
    summary: "store, file on the host and running process, side by side",
    load: () => import("./command/drift.ts"),
  },
  {
    name: "status",
    group: "Look",
    summary: "every instance: release, state, health",
    load: () => import("./command/status.ts"),
  },
  {
    name: "set",
    group: "Values",
    summary: "a value, from a prompt, standard input or a file, never an argument",
    load: () => import("./command/set.ts"),
  },
  {
    name: "generate",
    group: "Values",
    summary: "make values by the contracts' rules",
    load: () => import("./command/generate.ts"),
  },
  {
    name: "list",
    group: "Values",
    summary: "what the store holds, by fingerprint",
    load: () => import("./command/list.ts"),
  },
  {
    name: "grant",
    group: "Values",
    summary: "which service may have which value",
    load: () => import("./command/grant.ts"),
  },
  {
    name: "dev",
    group: "Use",
    summary: "the whole platform as processes of this machine",
    load: () => import("./command/dev.ts"),
  },
  {
    name: "hosts",
    group: "Set up",
    summary: "every host: reachable, prepared, whose",
    load: () => import("./command/hosts.ts"),
  },
  {
    name: "hosts prepare",
    group: "Set up",
    summary: "show, then do, what a host needs once",
    load: () => import("./command/hosts-prepare.ts"),
  },
  {
    name: "hosts accept",
    group: "Set up",
    summary: "make a host's key known to ssh, after comparing it",
    load: () => import("./command/hosts-accept.ts"),
  },
  {
    name: "adopt",
    group: "Set up",
    summary: "take over what runs today; nothing is touched",
    load: () => import("./command/adopt.ts"),
  },
  {
    name: "import",
    group: "Values",
    summary: "values from a dotenv file, standard input or the environment",
    load: () => import("./command/import.ts"),
  },
  {
    name: "history",
    group: "Values",
    summary: "every version of a value, by fingerprint",
    load: () => import("./command/history.ts"),
  },
  {
    name: "retire",
    group: "Values",
    summary: "end versions of a value for good, on every host too",
    load: () => import("./command/retire.ts"),
  },
  {
    name: "reveal",
    group: "Values",
    summary: "one value, after its entry in the audit log",
    load: () => import("./command/reveal.ts"),
  },
  {
    name: "probe",
    group: "Look",
    summary: "whether each provider takes the key that the store holds",
    load: () => import("./command/probe.ts"),
  },
  {
    name: "who",
    group: "Values",
    summary: "which service on which host holds a value",
    load: () => import("./command/who.ts"),
  },
  {
    name: "explain",
    group: "Values",
    summary: "why a value is what it is",
    load: () => import("./command/explain.ts"),
  },
  {
    name: "render",
    group: "Use",
    summary: "the file that a consumer wants",
    load: () => import("./command/render.ts"),
  },
  {
    name: "run",
    group: "Use",
    summary: "one service's environment in one command",
    load: () => import("./command/run.ts"),
  },
  {
    name: "eject",
    group: "Keep",
    summary: "plain files of everything: no lock-in",
    load: () => import("./command/eject.ts"),
  },
  {
    name: "backup",
    group: "Keep",
    summary: "one snapshot of the store in a new file",
    load: () => import("./command/backup.ts"),
  },
  {
    name: "restore",
    group: "Keep",
    summary: "a store from a backup, in an empty home",
    load: () => import("./command/restore.ts"),
  },
  {
    name: "rekey",
    group: "Keep",
    summary: "another key for the store",
    load: () => import("./command/rekey.ts"),
  },
  {
    name: "recovery",
    group: "Keep",
    summary: "whether a lost key could be survived",
    load: () => import("./command/recovery.ts"),
  },
  {
    name: "recovery status",
    group: "Keep",
    summary: "whether a lost key could be survived",
    load: () => import("./command/recovery.ts"),
  },
  {
    name: "recovery init",
    group: "Keep",
    summary: "make a recovery identity, to be kept offline",
    load: () => import("./command/recovery-init.ts"),
  },
  {
    name: "recovery drill",
    group: "Keep",
    summary: "prove that the recovery identity opens this store",
    load: () => import("./command/recovery-drill.ts"),
  },
  {
    name: "recovery use",
    group: "Keep",
    summary: "open a store whose key is lost",
    load: () => import("./command/recovery-use.ts"),
  },
  {
    name: "serve",
    group: "Use",
    summary: "the server: HTTP API with accounts and roles",
    load: () => import("./command/serve.ts"),
  },
  {
    name: "account",
    group: "Keep",
    summary: "who may log in to the server, and what they may",
    load: () => import("./command/account.ts"),
  },
  {
    name: "account list",
    group: "Keep",
    summary: "who may log in to the server, and what they may",
    load: () => import("./command/account.ts"),
  },
  {
    name: "account add",
    group: "Keep",
    summary: "a new account, and its one-time link",
    load: () => import("./command/account-add.ts"),
  },
  {
    name: "account link",
    group: "Keep",
    summary: "another one-time link, for a lost password",
    load: () => import("./command/account-link.ts"),
  },
  {
    name: "account role",
    group: "Keep",
    summary: "other roles for an account",
    load: () => import("./command/account-role.ts"),
  },
  {
    name: "account disable",
    group: "Keep",
    summary: "nobody logs in to it any more; its sessions end",
    load: () => import("./command/account-disable.ts"),
  },
  {
    name: "token",
    group: "Keep",
    summary: "service tokens: whose, what they may, until when",
    load: () => import("./command/token.ts"),
  },
  {
    name: "token list",
    group: "Keep",
    summary: "service tokens: whose, what they may, until when",
    load: () => import("./command/token.ts"),
  },
  {
    name: "token create",
    group: "Keep",
    summary: "a service token, shown once",
    load: () => import("./command/token-create.ts"),
  },
  {
    name: "token revoke",
    group: "Keep",
    summary: "a service token opens nothing any more",
    load: () => import("./command/token-revoke.ts"),
  },
  {
    name: "docs",
    group: "Look",
    summary: "the pages on every variable and secret, from contracts and manifest",
    load: () => import("./command/docs.ts"),
  },
  {
    name: "audit",
    group: "Look",
    summary: "who did what to what",
    load: () => import("./command/audit.ts"),
  },
  {
    name: "audit verify",
    group: "Look",
    summary: "proof that nothing was changed or cut out",
    load: () => import("./command/audit-verify.ts"),
  },
  {
    name: "audit checkpoint",
    group: "Look",
    summary: "the log's head, signed, to keep off this machine",
    load: () => import("./command/audit-checkpoint.ts"),
  },
  {
    name: "schema",
    group: "Set up",
    summary: "JSON Schema of keyturn.yaml, for editors",
    load: () => import("./command/schema.ts"),
  },
  {
    name: "completion",
    group: "Set up",
    summary: "completion for bash, zsh or fish",
    load: () => import("./command/completion.ts"),
  },
  {
    name: "__complete",
    group: "Set up",
    summary: "what may come next",
    hidden: true,
    load: () => import("./command/complete.ts"),
  },
];
