import type { Conversation } from "./egress/conversation.ts";
import type { Place } from "./egress/egress.ts";
import type { State, Verdict } from "./state.ts";

/** A vendor or a server that a credential is for: how one looks, and how to tell whether it works. */
export interface Provider {
  /** as `@provider=…` names it */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly title: string;
  readonly kind: "LLM" | "STT" | "TTS" | "telephony" | "infrastructure";
  /** where keys are made, or the page that says how */
  readonly docs: string;
  /** the first one makes a credential, and gives it its name */
  readonly fields: readonly Field[];
  readonly probe: Probe;
  /** its secrets that are told by their looks in any text: long, random, and like nothing else */
  readonly sought?: readonly Sought[];
  /** ends of the names that its API has, where the probe's address does not tell them */
  readonly hosts?: readonly string[];
  readonly migrations?: readonly DatedMigration[];
}

/** One part of a credential; each part is a variable of its own. */
export interface Field {
  readonly id: string;
  readonly label: string;
  /** false: a base URL, an account's number */
  readonly secret: boolean;
  readonly optional?: boolean;
  /** names of variables in use for it, the usual one first */
  readonly names: readonly string[];
  readonly format?: Format;
}

/** How a value looks. Formats change: only what is certainly wrong is refused. */
interface Format {
  /** in words, for the page and for a notice */
  readonly shape: string;
  readonly accepts: RegExp;
  /** what no other provider's keys look like: tells a key that was put into another's place */
  readonly mark?: RegExp;
  /** the same provider's keys that do not belong here */
  readonly refuses?: readonly { readonly pattern: RegExp; readonly reason: string }[];
}

interface Sought {
  readonly label: string;
  /** in each of them; four characters or more, and quicker to look for from eight on */
  readonly anchor: string;
  /** of the text before the anchor; its beginning where there is none */
  readonly lead?: RegExp;
  /** of the text from the anchor on */
  readonly pattern: RegExp;
}

/** The provider ends a format or a kind of key on a day. */
export interface DatedMigration {
  readonly field: string;
  readonly pattern: RegExp;
  /** ISO date: from that day on, such a value may be refused */
  readonly deadline: string;
  readonly message: string;
}

/** Parts of one credential by the id of their field; only what is there. */
export type Values = Readonly<Record<string, string>>;

export type Probe = HttpProbe | StreamProbe | ParseProbe;

export interface HttpProbe {
  readonly kind: "http";
  /** the provider's own address; without it the credential's has to be there */
  readonly origin?: string;
  /** the field that holds the credential's own address */
  readonly base?: string;
  /** shown on the page: method and path */
  readonly shown: string;
  readonly call: (values: Values, at: { readonly base: URL; readonly now: number }) => HttpCall;
  /** the first row that fits decides; what fits none is judged by its status, and never `invalid` */
  readonly answers: readonly AnswerRow[];
}

interface HttpCall {
  readonly method: "GET" | "POST";
  /** behind the base address, with its query */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * What an answer means. `at` is the way to a field of the body (`error.code`, `details.*.reason`); `is` what it holds,
 * anything where it is left out. For text that is no JSON the way is `text`, for XML `xml` (the root's name) and `code`.
 */
export type AnswerRow =
  | (Row & { readonly state: "invalid"; readonly at: string; readonly is: string | RegExp })
  | (Row & { readonly state: "ok"; readonly at: string; readonly is?: string | RegExp })
  | (Row & { readonly state: Exclude<State, "invalid" | "ok">; readonly at?: string; readonly is?: string | RegExp });

interface Row {
  readonly status: number | readonly number[];
  readonly meaning: string;
}

/** A protocol of its own, up to the answer to the password. */
export interface StreamProbe {
  readonly kind: "stream";
  /** the field that holds the connection URI */
  readonly uri: string;
  readonly shown: string;
  /** protocols that the URI may begin with, as `redis:` */
  readonly schemes: readonly string[];
  readonly port: number;
  readonly security: (uri: URL) => Place["security"];
  readonly talk: (conversation: Conversation, uri: URL) => Promise<Verdict>;
}

/** There is nobody to ask. */
interface ParseProbe {
  readonly kind: "parse";
  readonly shown: string;
  readonly read: (values: Values) => Verdict;
}
