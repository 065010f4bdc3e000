/**
 * Every failure that Keyturn can end with, in one table. `docs/errors.md` and the codes thrown in the source are held
 * equal to it by a test.
 *
 * - `exit`: the command's exit code. 1 failed, 2 something to do, 64 wrong use; from 65 on as in BSD's sysexits.
 * - `retryable`: the same call may succeed later without anyone changing anything.
 * - `hint`: the next step, shown where the throwing code gave none that is more precise.
 */
export const errorCodes = {
  USAGE: { exit: 64, retryable: false, hint: "see `keyturn --help`" },
  CONTRACT_INVALID: { exit: 65, retryable: false, hint: "mend the lines named, then run `keyturn check`" },
  MANIFEST_INVALID: { exit: 65, retryable: false, hint: "docs/manifest.md describes every field" },
  MANIFEST_MISSING: {
    exit: 66,
    retryable: false,
    hint: "run `keyturn init` where the services are, or name it with --manifest",
  },
  FILE_UNREADABLE: { exit: 66, retryable: false, hint: "check the path and its permissions" },
  NAME_INVALID: {
    exit: 64,
    retryable: false,
    hint: "names of variables are at most 200 letters, digits and _, not beginning with a digit",
  },
  VALUES_INVALID: {
    exit: 65,
    retryable: false,
    hint: "set what is missing with `keyturn set NAME`, then run `keyturn check`",
  },
  RUNTIME_FAILED: {
    exit: 70,
    retryable: true,
    hint: "`keyturn audit` has the rollout, and the runtime's own log why it ended",
  },
  SETTING_REFUSED: {
    exit: 65,
    retryable: false,
    hint: "nothing was saved and nothing was rolled out: enter a key that works",
  },
  SETTING_UNVERIFIED: {
    exit: 65,
    retryable: false,
    hint: "test again later, or save it unverified with a reason",
  },
  SETTINGS_CHANGED: {
    exit: 75,
    retryable: false,
    hint: "look at what changed, then save again",
  },
  ROTATION_OPEN: {
    exit: 75,
    retryable: false,
    hint: "`keyturn rotate NAME --continue` goes on with it, and `--back` takes it back",
  },
  ROTATION_REFUSED: {
    exit: 75,
    retryable: false,
    hint: "`keyturn plan --rotate NAME` shows what would happen, and what is in the way",
  },
  ISSUER_UNREACHABLE: {
    exit: 75,
    retryable: true,
    hint: "`keyturn rotations` shows what is left to do there; it is tried again by itself, and by `keyturn rotate NAME --continue`",
  },
  ISSUER_REFUSED: {
    exit: 77,
    retryable: false,
    hint: "mend what is named at the system that makes the value, then run the command again",
  },
  VALUE_IN_USE: {
    exit: 75,
    retryable: false,
    hint: "roll a newer version out first: `keyturn set NAME`, then `keyturn apply`",
  },
  VALUE_UNCARRIABLE: {
    exit: 65,
    retryable: false,
    hint: "change the value, or give the service a file variable (@type=file)",
  },
  NOT_FOUND: { exit: 69, retryable: false, hint: "`keyturn list` shows what there is" },
  ALREADY_EXISTS: { exit: 73, retryable: false, hint: "nothing was overwritten" },
  PERMISSION_DENIED: { exit: 77, retryable: false, hint: "ask someone who may, or use an account that has the role" },
  LOGIN_NEEDED: { exit: 77, retryable: false, hint: "log in, or send a service token as bearer" },
  LOGIN_REFUSED: {
    exit: 77,
    retryable: false,
    hint: "check name and password; `keyturn account link NAME` on the home folder makes a link for a new one",
  },
  LOGIN_LOCKED: { exit: 75, retryable: true, hint: "wait until the time told, then try again" },
  LINK_INVALID: {
    exit: 77,
    retryable: false,
    hint: "it was used, replaced or is too old: `keyturn account link NAME` makes a new one",
  },
  PASSWORD_WEAK: { exit: 65, retryable: false, hint: "take a few words that nobody would put together" },
  PASSKEY_INVALID: {
    exit: 65,
    retryable: false,
    hint: "begin anew: a question is good for five minutes, once, and in the browser that asked for it",
  },
  REQUEST_INVALID: { exit: 65, retryable: false, hint: "/v1/openapi.json says what each request takes" },
  REQUEST_FOREIGN: {
    exit: 77,
    retryable: false,
    hint: "call the server at its own address, and send the form token of /v1/me with each change",
  },
  REQUEST_TOO_LARGE: {
    exit: 65,
    retryable: false,
    hint: "a request is at most 1 MiB, and 64 MiB where it goes on to a runtime",
  },
  NEEDS_HOME: {
    exit: 69,
    retryable: false,
    hint: "run it on the machine of the home, or name a home of this one with --home",
  },
  SERVER_UNREACHABLE: {
    exit: 69,
    retryable: true,
    hint: "look at the address in KEYTURN_URL, and whether `keyturn serve` runs there",
  },
  SERVER_CERTIFICATE: {
    exit: 76,
    retryable: false,
    hint: "name the certificate of a private authority with KEYTURN_CA_FILE",
  },
  SERVER_UNKNOWN: { exit: 76, retryable: false, hint: "KEYTURN_URL takes the address of a `keyturn serve`" },
  SERVER_VERSION: { exit: 76, retryable: false, hint: "install the same version here and there" },
  SERVER_BUSY: { exit: 75, retryable: true, hint: "try again in a moment" },
  WORKER_UNREACHABLE: {
    exit: 75,
    retryable: true,
    hint: "pages come back by themselves once `keyturn serve --worker` runs again; its own log says why it does not",
  },
  KEY_MISSING: {
    exit: 78,
    retryable: false,
    hint: "give the key this store was made with: --key-file, KEYTURN_PASSPHRASE_FILE or a systemd credential",
  },
  KEY_WRONG: { exit: 78, retryable: false, hint: "use the key that the store was made with; nothing was changed" },
  SEAL_BROKEN: { exit: 70, retryable: false, hint: "restore this value from a backup, or set it again" },
  STORE_MISSING: { exit: 66, retryable: false, hint: "`keyturn init` makes one; --home names another folder" },
  STORE_NEWER: { exit: 78, retryable: false, hint: "this store was written by a newer Keyturn: update the command" },
  STORE_BROKEN: { exit: 70, retryable: false, hint: "restore from a backup with `keyturn restore FILE`" },
  STORE_ADDRESS: {
    exit: 78,
    retryable: false,
    hint: "postgres://USER@HOST:PORT/DATABASE; the password goes into store.password of the home folder, mode 600",
  },
  STORE_UNREACHABLE: {
    exit: 75,
    retryable: true,
    hint: "run the command again once the server is up; `keyturn apply --resume` goes on with a rollout that was interrupted",
  },
  STORE_REFUSED: { exit: 77, retryable: false, hint: "look at user, password, database and rights on the server" },
  STORE_UNFIT: {
    exit: 78,
    retryable: false,
    hint: "what is named has to be changed on the server, by its administrator",
  },
  STORE_BUSY: { exit: 75, retryable: true, hint: "another keyturn writes at this moment: run the command again" },
  RECOVERY_UNPROVED: {
    exit: 78,
    retryable: false,
    hint: "run `keyturn recovery init --out FILE`, then `keyturn recovery drill FILE` once: it proves that the recovery key opens this store",
  },
  LEASE_HELD: { exit: 75, retryable: true, hint: "wait for it to end, or look at it with `keyturn status`" },
  FROZEN: { exit: 75, retryable: true, hint: "wait for the window's end, or use --override-freeze with a reason" },
  HOST_UNREACHABLE: {
    exit: 69,
    retryable: true,
    hint: "try `ssh HOST true`; an absent host can be excluded in keyturn.yaml, it catches up later",
  },
  HOST_KEY_UNKNOWN: { exit: 76, retryable: false, hint: "compare the key with the machine's own, then accept it" },
  HOST_KEY_CHANGED: { exit: 76, retryable: false, hint: "find out why it changed before you accept it" },
  HOST_UNPREPARED: { exit: 69, retryable: false, hint: "run `keyturn hosts prepare HOST`" },
  HOST_REFUSED: { exit: 76, retryable: false, hint: "the helper's message says what it refused" },
  HOST_FENCED: {
    exit: 75,
    retryable: false,
    hint: "another store owns this target, or another copy of this one; when that is gone for good, `keyturn hosts prepare HOST --take-over` gives it to this one",
  },
  HOST_ANSWER_BROKEN: { exit: 76, retryable: true, hint: "run the command again; then look at the host's own log" },
  ROLLOUT_FAILED: {
    exit: 1,
    retryable: false,
    hint: "`keyturn status` shows what runs now; the journal is in `keyturn audit`",
  },
  PLAN_CHANGED: {
    exit: 75,
    retryable: false,
    hint: "nothing was begun: run the command again, it shows what would be done now",
  },
  ROLLOUT_CHANGED: {
    exit: 1,
    retryable: false,
    hint: "`keyturn apply` plans anew from what is there; `keyturn apply --return` goes back",
  },
  ROLLOUT_STATE: {
    exit: 1,
    retryable: false,
    hint: "`keyturn status` names the rollout that is open, if there is one",
  },
  PREPARE_FAILED: {
    exit: 1,
    retryable: false,
    hint: "nothing was changed on any host; run the command there by hand to see why",
  },
  LEAK_FOUND: {
    exit: 1,
    retryable: false,
    hint: "a build-time variable is public by definition: move the secret to a service that runs",
  },
  AUDIT_BROKEN: {
    exit: 1,
    retryable: false,
    hint: "the log was changed from outside: keep it, and compare with a backup and with the hosts' heads",
  },
  BACKUP_INVALID: {
    exit: 65,
    retryable: false,
    hint: "check that the file is whole and that this is the key it was made for",
  },
  PORT_TAKEN: { exit: 75, retryable: true, hint: "stop what listens there, or choose another port" },
  ALREADY_RUNNING: { exit: 75, retryable: true, hint: "stop the other one first (Ctrl-C in its terminal)" },
  COMMAND_FAILED: { exit: 1, retryable: false, hint: "its own message is above" },
  CANCELLED: { exit: 130, retryable: true, hint: "nothing more was changed; run the command again to go on" },
  INTERNAL: {
    exit: 70,
    retryable: false,
    hint: "this is a defect in Keyturn: please report the command and this message",
  },
} as const satisfies Record<string, ErrorRow>;

export interface ErrorRow {
  readonly exit: number;
  readonly retryable: boolean;
  readonly hint: string;
}

export type ErrorCode = keyof typeof errorCodes;
