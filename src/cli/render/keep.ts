import { isoTime } from "#kernel";
import type { BackupResult, RecoveryInitResult, RekeyResult, RestoreResult } from "#operation";
import type { Recovery } from "#store";
import type { Colors } from "../terminal.ts";

export function renderBackup({ file, key, recipient, environments }: BackupResult, color: Colors): string {
  const opens = recipient === undefined ? `the key ${key}` : `the key ${key} and the identity of ${recipient}`;
  return (
    `${color.green("backed up")}: ${list(environments)} in ${file}\n` +
    `it opens with ${opens}; keep them apart from it\n`
  );
}

export function renderRestored({ home, environments, keyFile }: RestoreResult, color: Colors): string {
  return (
    `${color.green("restored")}: ${list(environments)} in ${home}\n` +
    newKeyText(keyFile) +
    "each environment begins a new epoch: a host follows with the first apply, and refuses the lost store from then on\n" +
    "what the store says may be older than what runs; what was retired since that backup has to be retired again\n" +
    "a host that refuses this store as older or foreign is given to it by: keyturn hosts prepare HOST --take-over\n" +
    "next: keyturn plan, then keyturn apply\n"
  );
}

export function renderRecovered({ environments, keyFile }: RestoreResult, color: Colors): string {
  return `${color.green("recovered")}: ${list(environments)}\n${newKeyText(keyFile)}next: keyturn backup FILE\n`;
}

function newKeyText(file: string | undefined): string {
  return file === undefined ? "" : `under a new key, in ${file}\n`;
}

export function renderRekeyed({ from, to, file, kept }: RekeyResult, color: Colors): string {
  const old =
    kept === undefined
      ? "backups made until now open with the old key only: make a new one before you destroy it\n"
      : `backups made until now open with the old key only, which is kept in ${kept}\n`;
  const next =
    kept === undefined
      ? `next: keyturn backup FILE --key-file ${file}\n`
      : "next: keyturn backup FILE, then destroy the old key\n";
  return `${color.green("rekeyed")}: ${from} → ${to}, in ${file}\n${old}${next}`;
}

export function renderRecovery(recovery: Recovery, color: Colors): string {
  switch (recovery.kind) {
    case "none":
      return `${color.yellow("none")}: when the store's key is lost, so is every value\nnext: keyturn recovery init --out FILE\n`;
    case "unproved":
      return `${color.yellow("not proved")}: ${recovery.recipient}\nnext: keyturn recovery drill FILE\n`;
    case "proved":
      return `${color.green("proved")}: ${recovery.recipient}, ${isoTime(recovery.at)}\n`;
  }
}

export function renderRecoveryInit(
  { recipient, file }: RecoveryInitResult & { readonly file?: string },
  color: Colors,
): string {
  const kept =
    file === undefined
      ? ""
      : `the identity is in ${file}: keep it offline, on paper or a key of its own, never beside the store or its backups\n`;
  return `${color.green("recovery recipient")}: ${recipient}\n${kept}next: keyturn recovery drill ${file ?? "FILE"}\n`;
}

export function renderDrill({ environments }: { readonly environments: readonly string[] }, color: Colors): string {
  const what =
    environments.length === 0 ? "the pair works; the store has no environment yet" : `it opens ${list(environments)}`;
  return `${color.green("proved")}: ${what}\ntake the identity back offline\n`;
}

function list(environments: readonly string[]): string {
  return environments.length === 0 ? "no environment yet" : environments.join(", ");
}
