/** As much of an answer as is looked at, bytes. */
const most = 65_536;

export type Plain = string | number | boolean | null;

/**
 * The plain value of one member of a JSON object: `a.b` is b inside a. Undefined where there is none, where it is a list
 * or an object, and where the text is no JSON object or longer than is looked at.
 */
export function memberOf(text: string, path: string): Plain | undefined {
  let value: unknown = parsed(text);
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return isPlain(value) ? value : undefined;
}

/** The text of an answer, up to a byte more than {@link memberOf} looks at; the rest is not fetched. */
export async function answerText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > most) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function isPlain(value: unknown): value is Plain {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function parsed(text: string): unknown {
  if (text.length > most) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
