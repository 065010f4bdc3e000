import { Buffer } from "node:buffer";
import type { Grammar } from "./grammar.ts";
import { startReading } from "./reading.ts";
import { byteText, isText } from "./text.ts";

/** One object, name to string. */
export const json: Grammar = {
  name: "json",
  objection: ({ bytes }) => (isText(bytes) ? undefined : "it is not UTF-8, and JSON holds text only"),
  render: (entries) => {
    const fields = entries.map(({ name, bytes }) => `  "${name}": ${stringLiteral(bytes)}`);
    return fields.length === 0 ? "{}\n" : `{\n${fields.join(",\n")}\n}\n`;
  },
  read: (bytes) => {
    const text = byteText(bytes);
    const reading = startReading(text);
    const object = parseObject(bytes);
    if (object === undefined) reading.note("file-refused", "not one JSON object in UTF-8", 0);
    for (const [name, value] of Object.entries(object ?? {})) {
      if (typeof value === "string") reading.set(name, value, 0);
      else reading.note("line-dropped", "a field that is not a string", 0);
    }
    return reading.result();
  },
};

/** The fields of a JSON object, or undefined for anything else. */
export function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (!isText(bytes)) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // the parser's message quotes the text: it must not leave this function
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As byte text, like everything that a grammar renders. */
function stringLiteral(bytes: Uint8Array): string {
  return byteText(Buffer.from(JSON.stringify(Buffer.from(bytes).toString("utf8")), "utf8"));
}
