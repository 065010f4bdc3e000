import type { ChildProcess } from "node:child_process";
import { AppError } from "#kernel";
import { helperVersion } from "../helper/helper-text.ts";
import { broken, type LineReader } from "./decode.ts";
import type { Input } from "./encode.ts";

/** A way to a helper: starts one, and knows what it means when it ends without a word. */
export interface Connection {
  readonly host: string;
  start(): Promise<ChildProcess>;
  /** `code` is undefined when a signal ended it; `complaint` is its standard error, bounded */
  explain(code: number | undefined, complaint: string): Promise<AppError>;
}

export interface Conversation {
  /** sent at once behind the greeting; what follows is up to `onLine` */
  readonly input: Input;
  readonly onLine: LineReader;
  /** milliseconds without a line after which the machine counts as lost */
  readonly silence: number;
  readonly signal?: AbortSignal;
}

const maximumGreeting = 1 << 16;
const maximumLine = 1 << 24;

/** A helper that was started: one conversation at a time, the first from its greeting on. */
export interface Stream {
  converse(conversation: Conversation): Promise<void>;
  /** it may be spoken with again: it has not said `bye`, and nothing went wrong */
  isOpen(): boolean;
  end(): void;
}

export async function openStream(connection: Connection): Promise<Stream> {
  const child = await connection.start();
  const { host } = connection;
  let greeted = false;
  let over = false;
  let complaint = "";
  let turn: Turn | undefined;
  const end = () => {
    over = true;
    child.stdin?.destroy();
    child.kill("SIGTERM");
  };
  const settle = (outcome: "done" | { readonly error: unknown }) => {
    const settled = turn;
    turn = undefined;
    settled?.settle(outcome);
  };
  const cut = (error: unknown) => {
    end();
    settle({ error });
  };
  const failed = (code: number | undefined) => {
    if (over) return;
    // nobody knows how far a helper came that was ended at its work
    if (greeted) return cut(new AppError("HOST_UNREACHABLE", `the connection to the helper on ${host} was lost`));
    end();
    void connection.explain(code, complaint).then(cut, cut);
  };
  const onLine = (line: string) => {
    if (over) return;
    // nobody has asked
    if (turn === undefined) return end();
    turn.heard();
    try {
      // whatever a login prints comes before the greeting and is none of our business
      if (greeted) {
        const next = turn.conversation.onLine(line);
        if (next === true) end();
        if (next === true || next === "rest") settle("done");
        else if (next !== false) send(child, next);
      } else if (isGreeting(host, line)) {
        greeted = true;
        send(child, turn.conversation.input);
      }
    } catch (error) {
      cut(error);
    }
  };
  const tooLong = () => cut(broken(host, "it is too long"));
  child.stdout?.on(
    "data",
    lineSplitter(onLine, () => (greeted ? maximumLine : maximumGreeting), tooLong),
  );
  child.stderr?.on("data", (bytes: Buffer) => {
    complaint = (complaint + bytes.toString("latin1")).slice(-4000);
  });
  child.stdin?.on("error", () => {});
  child.once("error", () => failed(127));
  child.once("close", (code) => failed(code ?? undefined));
  return {
    converse(conversation) {
      return new Promise((resolve, reject) => {
        turn = beginTurn(host, conversation, { resolve, reject, cut });
        if (conversation.signal?.aborted) cut(conversation.signal.reason);
        else if (greeted) send(child, conversation.input);
      });
    },
    isOpen: () => !over,
    end,
  };
}

interface Turn {
  readonly conversation: Conversation;
  heard(): void;
  settle(outcome: "done" | { readonly error: unknown }): void;
}

interface TurnEnd {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly cut: (error: unknown) => void;
}

/** A conversation under way: cut when nothing is heard for too long, and when its caller has enough of it. */
function beginTurn(host: string, conversation: Conversation, { resolve, reject, cut }: TurnEnd): Turn {
  const { signal, silence } = conversation;
  const lost = () => cut(silent(host, silence));
  const abort = () => cut(signal?.reason);
  let timer = setTimeout(lost, silence);
  signal?.addEventListener("abort", abort, { once: true });
  return {
    conversation,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(lost, silence);
    },
    settle(outcome) {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (outcome === "done") resolve();
      else reject(outcome.error);
    },
  };
}

function isGreeting(host: string, line: string): boolean {
  // what a login prints may end without a line's end
  const found = /keyturn-host (\d{1,6}) [0-9a-f]{64}$/.exec(line);
  if (found === null) return false;
  const version = Number(found[1]);
  if (version === helperVersion) return true;
  const message = `${host} has helper version ${version}, this Keyturn speaks ${helperVersion}`;
  if (version < helperVersion) throw new AppError("HOST_UNPREPARED", message);
  throw new AppError("HOST_UNPREPARED", message, { hint: "update this Keyturn: the host was prepared by a newer one" });
}

/** Only after the greeting: nothing secret goes to a login that answers something else. */
function send(child: ChildProcess, input: Input): void {
  child.stdin?.cork();
  for (const part of input) child.stdin?.write(part);
  child.stdin?.uncork();
}

function lineSplitter(onLine: (line: string) => void, limit: () => number, tooLong: () => void) {
  let chunks: Buffer[] = [];
  let length = 0;
  return (bytes: Buffer): void => {
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      const line = Buffer.concat([...chunks, bytes.subarray(start, end)]).toString("utf8");
      [chunks, length, start] = [[], 0, end + 1];
      onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
    }
    chunks.push(bytes.subarray(start));
    length += bytes.length - start;
    if (length > limit()) tooLong();
  };
}

function silent(host: string, silence: number): AppError {
  return new AppError("HOST_UNREACHABLE", `${host} said nothing for ${Math.round(silence / 1000)} s`);
}
