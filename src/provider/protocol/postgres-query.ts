import type { Conversation } from "../egress/conversation.ts";
import { errorCode, hearMessage, say } from "./postgres.ts";

export type Queried =
  /** of several statements the rows of all, each column as text; null where there is none */
  | { readonly kind: "rows"; readonly rows: readonly (readonly (string | null)[])[] }
  /** SQLSTATE; the server's own text may repeat what was sent */
  | { readonly kind: "error"; readonly code: string };

/** Statements in the simple query protocol, over a conversation that {@link talkPostgres} brought to its first ReadyForQuery. */
export async function queryPostgres(conversation: Conversation, sql: string): Promise<Queried> {
  say(conversation, "Q", Buffer.from(`${sql}\0`, "utf8"));
  const rows: (readonly (string | null)[])[] = [];
  let code: string | undefined;
  for (;;) {
    const { type, body } = await hearMessage(conversation);
    if (type === "D") rows.push(rowOf(body));
    if (type === "E") code = errorCode(body);
    if (type === "Z") return code === undefined ? { kind: "rows", rows } : { kind: "error", code };
  }
}

function rowOf(body: Buffer): readonly (string | null)[] {
  let at = 2;
  return Array.from({ length: body.readUInt16BE(0) }, () => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return body.toString("utf8", at - length, at);
  });
}
