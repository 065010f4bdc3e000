import type { Answer } from "./egress/exchange.ts";
import type { AnswerRow } from "./provider.ts";
import type { Verdict } from "./state.ts";

/** What an answer means by the provider's table. Nothing of the answer's text is in the verdict. */
export function judge(answer: Answer, rows: readonly AnswerRow[]): Verdict {
  if (isHtml(answer)) {
    return { state: "inconclusive", meaning: "a web page answered, not the provider's API" };
  }
  const body = parse(answer);
  const row = rows.find((one) => fits(one, answer.status, body));
  return row === undefined ? byStatus(answer) : { state: row.state, meaning: row.meaning };
}

function isHtml({ type, body }: Answer): boolean {
  return type === "text/html" || /^\s*<(?:!doctype html|html|head|body)\b/i.test(body);
}

/** JSON, the root and the code of XML, or plain text. Of what is cut off only the first name counts. */
function parse({ body, cut }: Answer): unknown {
  if (cut) {
    const first = /^\s*\{\s*"(\w+)"\s*:/.exec(body)?.[1];
    return first === undefined ? undefined : { [first]: true };
  }
  try {
    return JSON.parse(body);
  } catch {
    const root = /^\s*(?:<\?xml[^>]*\?>\s*)?<(\w+)/.exec(body)?.[1];
    if (root === undefined) return { text: body.trim() };
    const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1];
    return { xml: root, ...(code === undefined ? {} : { code }) };
  }
}

function fits({ status, at, is }: AnswerRow, given: number, body: unknown): boolean {
  const wanted = typeof status === "number" ? [status] : status;
  if (!wanted.includes(given)) return false;
  if (at === undefined) return true;
  const found = find(body, at.split("."));
  if (is === undefined) return found.length > 0;
  return found.some((value) => {
    if (typeof value !== "string" && typeof value !== "number") return false;
    return typeof is === "string" ? String(value) === is : is.test(String(value));
  });
}

/** What lies at the end of a path; `*` is every element of a list. Absent and null are nothing. */
function find(value: unknown, path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  if (name === "*") return Array.isArray(value) ? value.flatMap((one) => find(one, rest)) : [];
  return Object.hasOwn(value, name) ? find((value as Readonly<Record<string, unknown>>)[name], rest) : [];
}

/** An answer that the table does not have says nothing about the key; only how busy or dear it is can be seen. */
function byStatus({ status, cut }: Answer): Verdict {
  if (status === 429) return { state: "rate-limited", meaning: "too many requests" };
  if (status === 402) return { state: "exhausted", meaning: "the provider wants to be paid first" };
  if (status >= 300 && status < 400) {
    return { state: "inconclusive", meaning: `a redirect (${status}), which is not followed` };
  }
  if (status >= 500) return { state: "inconclusive", meaning: `the provider has trouble itself (${status})` };
  const what = cut ? "with more than is read" : "in a way that is not known here";
  return { state: "inconclusive", meaning: `the provider answers ${status} ${what}` };
}
