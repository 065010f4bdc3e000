import type { Readable } from "node:stream";
import { AppError } from "#kernel";
import { checkServer, parse, readAnswer, type Expected } from "./answer.ts";
import type { WireAnswer } from "./wire.ts";

/** One server-sent event. */
export interface StreamEvent {
  readonly id: string;
  /** `message` where the server gives it no other */
  readonly name: string;
  readonly data: unknown;
}

/** Milliseconds without a sign of life: a server that is there gives one every 15 s. */
const silence = 60_000;

/** characters of one event */
const most = 4 * 1024 * 1024;

/** Each as it comes, until the server ends its answer; SERVER_UNREACHABLE where that breaks off. */
export async function* readEvents(answer: WireAnswer, expected: Expected): AsyncGenerator<StreamEvent> {
  if (answer.status >= 300) await readAnswer(answer, expected);
  checkServer(answer, expected);
  const { name } = expected;
  let text = "";
  for await (const chunk of alive(answer.body, name)) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const event = eventOf(text.slice(0, end), expected);
      text = text.slice(end + 2);
      if (event !== undefined) yield event;
    }
    if (text.length > most) throw new AppError("SERVER_UNKNOWN", `${name} tells more than anybody asked for`);
  }
}

async function* alive(body: Readable, name: string): AsyncGenerator<string> {
  const quiet = setTimeout(() => body.destroy(new Error("nothing was heard")), silence);
  try {
    for await (const chunk of body.setEncoding("utf8")) {
      quiet.refresh();
      yield chunk as string;
    }
  } catch (cause) {
    throw new AppError("SERVER_UNREACHABLE", `the connection to ${name} was lost`, { cause });
  } finally {
    clearTimeout(quiet);
  }
}

/** Nothing where it is a comment, a sign of life. */
function eventOf(text: string, expected: Expected): StreamEvent | undefined {
  const fields = text.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line) ?? []);
  const all = (wanted: string) => fields.flatMap(([, field, value = ""]) => (field === wanted ? [value] : []));
  const data = all("data");
  if (data.length === 0) return undefined;
  const [name = "message"] = all("event");
  return { id: all("id").at(-1) ?? "", name, data: parse(data.join("\n"), expected) };
}
