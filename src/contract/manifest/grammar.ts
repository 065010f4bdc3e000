import { z } from "zod";
import { variableName } from "../name.ts";
import { spanPattern } from "../span.ts";
import { durationPattern } from "./duration.ts";

/**
 * The strict grammars of names that reach a command on some machine. None can begin with `-`, hold white space, quotes,
 * shell signs or control characters.
 */
export const grammar = {
  /** platforms, environments, services */
  name: text(/^[a-z][a-z0-9-]{0,62}$/, "a name of lower-case letters, digits and -, beginning with a letter"),
  host: text(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, "a host name of letters, digits, . and -"),
  address: text(
    /^(?:[a-z_][a-z0-9_-]{0,31}@)?(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})$/,
    "an address as host or user@host; port and key belong into the ssh configuration",
  ),
  user: text(/^[a-z_][a-z0-9_-]{0,31}$/, "a user of lower-case letters, digits, _ and -"),
  /** of a server that people keep: Redis, PostgreSQL */
  login: text(/^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/, "a user's name of letters, digits and _.-"),
  unit: text(/^[A-Za-z0-9_][A-Za-z0-9:_.-]{0,200}@?\.service$/, "a unit as NAME.service or NAME@.service"),
  instance: z.union([text(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, instanceText()), z.int().min(0).max(999_999)], {
    error: expected(instanceText()),
  }),
  container: text(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "a container's name of letters, digits and _.-"),
  image: text(
    /^(?=.{1,255}$)[a-z0-9](?:[a-z0-9._-]|:(?=\d+\/)|\/)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    "an image as agent:1.4 or registry/agent@sha256:…",
  ),
  volume: text(
    /^(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,126}|(?:\/(?!\.{1,2}(?:\/|:))[A-Za-z0-9._@+-]{1,255}){1,40})(?:%u)?:(?:\/(?!\.{1,2}(?:\/|:|$))[A-Za-z0-9._@+-]{1,255}){1,40}(?::ro)?$/,
    "a volume as name:/path or /path:/path, and :ro behind it; %u behind the name is the user",
  ),
  memory: text(/^[1-9]\d{0,9}[kmg]$/, "a size as 512m or 2g"),
  /** on a host; no `.`, `..` or empty parts */
  absolutePath: text(
    /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+-]{1,255}){1,40}$/,
    "an absolute path of letters, digits and ._@+- without . and ..",
  ),
  /** beside the manifest; may go up */
  relativePath: text(
    /^(?:\.\/)?(?:\.\.\/){0,8}(?:(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+-]{1,255}(?:\/(?!$)|$)){1,40}$|^\.$/,
    "a path relative to the manifest, of letters, digits and ._@+-",
  ),
  /** inside another folder: never up */
  innerPath: text(
    /^(?:\.\/)?(?:(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+-]{1,255}(?:\/(?!$)|$)){1,40}$/,
    "a path inside the package's folder, of letters, digits and ._@+-",
  ),
  variable: text(variableName, "a variable's name of letters, digits and _"),
  composeService: text(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "a compose service of letters, digits and _.-"),
  member: text(
    /^[A-Za-z0-9_-]{1,40}(?:\.[A-Za-z0-9_-]{1,40}){0,4}$/,
    "a field of the JSON answer, as busy or pool.busy",
  ),
  /** one that a client may choose: not those by which HTTP itself says where a request ends and whose it is */
  header: text(
    /^(?!(?:host|connection|content-.*|transfer-.*|expect|upgrade|te|trailer|keep-alive|proxy-.*)$)[A-Za-z][A-Za-z0-9-]{0,60}$/i,
    "a header's name as Authorization or X-Secret, and none that HTTP needs itself",
  ),
  word: text(/^[A-Za-z0-9_-]{1,60}$/, "a word of letters, digits, _ and -"),
  signal: text(
    /^SIG(?:TERM|INT|HUP|QUIT|USR1|USR2|WINCH)$/,
    "SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 or SIGWINCH",
  ),
  duration: text(new RegExp(`^(?!$)${durationPattern.source.slice(1)}`), "a duration as 500ms, 2s, 1m or 1m30s"),
  age: text(spanPattern, "an age as 90d, 12w or 12h"),
  mode: z.union([text(/^0?[46][046]0$/, modeText()), z.literal([400, 440, 460, 600, 640, 660])], {
    error: expected(modeText()),
  }),
  url: text(
    /^https?:\/\/(?:[A-Za-z0-9.-]+|%h|\[[0-9a-fA-F:]+\])(?::[0-9%ip]{1,8})?(?:\/[A-Za-z0-9._~%/?&=+,:-]*)?$/,
    "an http or https URL without user and password",
  ),
  tcp: text(
    /^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):(?:\d{1,5}|\d{0,4}%i)$/,
    "an address as 127.0.0.1:8080; %i is the instance's name",
  ),
  time: text(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time as "18:00"'),
} as const;

/** A text of this form; `what` is what an error says was expected. */
function text(pattern: RegExp, what: string): z.ZodString {
  return z.string({ error: expected(what) }).regex(pattern, { error: expected(what) });
}

/** Error texts of the schema say what was expected, and the reader of issues puts the field before them. */
export function expected(what: string): string {
  return `expected ${what}`;
}

function instanceText(): string {
  return "an instance's name of letters, digits and _.-";
}

function modeText(): string {
  return "a mode as 600, 640 or 400, for owner and group only";
}
