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

/** One stream with one helper, from its greeting to `bye`. */
export async function talk(connection: Connection, conversation: Conversation): Promise<void> {
  const child = await connection.start();
  const { host } = connection;
  return new Promise((resolve, reject) => {
    let greeted = false;
    let over = false;
    let complaint = "";
    const settle = (outcome: () => void) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      conversation.signal?.removeEventListener("abort", abort);
      child.stdin?.destroy();
      child.kill("SIGTERM");
      outcome();
    };
    const abort = () => settle(() => reject(conversation.signal?.reason as Error));
    const lost = () => settle(() => reject(silent(host, conversation.silence)));
    let timer = setTimeout(lost, conversation.silence);
    if (conversation.signal?.aborted) return abort();
    conversation.signal?.addEventListener("abort", abort, { once: true });
    const onLine = (line: string) => {
      if (over) return;
      clearTimeout(timer);
      timer = setTimeout(lost, conversation.silence);
      try {
        // whatever a login prints comes before the greeting and is none of our business
        if (greeted) {
          const next = conversation.onLine(line);
          if (next === true) settle(resolve);
          else if (next !== false) send(child, next);
        } else if (isGreeting(host, line)) {
          greeted = true;
          send(child, conversation.input);
        }
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const tooLong = () => settle(() => reject(broken(host, "it is too long")));
    child.stdout?.on(
      "data",
      lineSplitter(onLine, () => (greeted ? maximumLine : maximumGreeting), tooLong),
    );
    child.stderr?.on("data", (bytes: Buffer) => {
      complaint = (complaint + bytes.toString("latin1")).slice(-4000);
    });
    child.stdin?.on("error", () => {});
    child.once("error", () => settle(() => void connection.explain(127, "").then(reject, reject)));
    child.once("close", (code) => {
      // nobody knows how far a helper came that was ended at its work
      if (greeted)
        settle(() => reject(new AppError("HOST_UNREACHABLE", `the connection to the helper on ${host} was lost`)));
      else settle(() => void connection.explain(code ?? undefined, complaint).then(reject, reject));
    });
  });
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
