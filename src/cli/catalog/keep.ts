import type { Entry } from "./entry.ts";

export const keep: readonly Entry[] = [
  {
    name: "eject",
    group: "Keep",
    summary: "plain files of everything: no lock-in",
    load: () => import("../command/eject.ts"),
  },
  {
    name: "backup",
    group: "Keep",
    summary: "one snapshot of the store in a new file",
    load: () => import("../command/backup.ts"),
  },
  {
    name: "restore",
    group: "Keep",
    summary: "a store from a backup, in an empty home",
    load: () => import("../command/restore.ts"),
  },
  {
    name: "rekey",
    group: "Keep",
    summary: "another key for the store",
    load: () => import("../command/rekey.ts"),
  },
  {
    name: "recovery",
    group: "Keep",
    summary: "whether a lost key could be survived",
    load: () => import("../command/recovery.ts"),
  },
  {
    name: "recovery status",
    group: "Keep",
    summary: "whether a lost key could be survived",
    load: () => import("../command/recovery.ts"),
  },
  {
    name: "recovery init",
    group: "Keep",
    summary: "make a recovery identity, to be kept offline",
    load: () => import("../command/recovery-init.ts"),
  },
  {
    name: "recovery drill",
    group: "Keep",
    summary: "prove that the recovery identity opens this store",
    load: () => import("../command/recovery-drill.ts"),
  },
  {
    name: "recovery use",
    group: "Keep",
    summary: "open a store whose key is lost",
    load: () => import("../command/recovery-use.ts"),
  },
  {
    name: "account",
    group: "Keep",
    summary: "who may log in to the server, and what they may",
    load: () => import("../command/account.ts"),
  },
  {
    name: "account list",
    group: "Keep",
    summary: "who may log in to the server, and what they may",
    load: () => import("../command/account.ts"),
  },
  {
    name: "account add",
    group: "Keep",
    summary: "a new account, and its one-time link",
    load: () => import("../command/account-add.ts"),
  },
  {
    name: "account link",
    group: "Keep",
    summary: "another one-time link, for a lost password",
    load: () => import("../command/account-link.ts"),
  },
  {
    name: "account role",
    group: "Keep",
    summary: "other roles for an account",
    load: () => import("../command/account-role.ts"),
  },
  {
    name: "account disable",
    group: "Keep",
    summary: "nobody logs in to it any more; its sessions end",
    load: () => import("../command/account-disable.ts"),
  },
  {
    name: "token",
    group: "Keep",
    summary: "service tokens: whose, what they may, until when",
    load: () => import("../command/token.ts"),
  },
  {
    name: "token list",
    group: "Keep",
    summary: "service tokens: whose, what they may, until when",
    load: () => import("../command/token.ts"),
  },
  {
    name: "token create",
    group: "Keep",
    summary: "a service token, shown once",
    load: () => import("../command/token-create.ts"),
  },
  {
    name: "token revoke",
    group: "Keep",
    summary: "a service token opens nothing any more",
    load: () => import("../command/token-revoke.ts"),
  },
];
