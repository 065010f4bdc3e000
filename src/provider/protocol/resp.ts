import { ConversationEnd, type Conversation } from "../egress/conversation.ts";

/** One answer of Redis (RESP2). The text of an error is the server's own, and may repeat what was sent. */
export type Reply =
  | { readonly kind: "text" | "error"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Reply[] }
  | { readonly kind: "none" };

/** A command, in the way of RESP in which every word may hold any bytes. */
export function sayCommand(conversation: Conversation, words: readonly string[]): void {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  conversation.say(Buffer.from(`*${words.length}\r\n${parts.join("")}`, "utf8"));
}

export async function askRedis(conversation: Conversation, words: readonly string[]): Promise<Reply> {
  sayCommand(conversation, words);
  return hearReply(conversation);
}

async function hearReply(conversation: Conversation): Promise<Reply> {
  const line = await conversation.hearLine();
  const text = line.slice(1);
  switch (line.slice(0, 1)) {
    case "+":
    case ":":
      return { kind: "text", text };
    case "-":
      return { kind: "error", text };
    case "$":
      if (text === "-1") return { kind: "none" };
      return { kind: "text", text: (await conversation.hear(Number(text) + 2)).toString("utf8").slice(0, -2) };
    case "*":
      return text === "-1" ? { kind: "none" } : hearList(conversation, Number(text));
    default:
      throw new ConversationEnd("the answer is none of Redis");
  }
}

async function hearList(conversation: Conversation, length: number): Promise<Reply> {
  const items: Reply[] = [];
  for (let left = length; left > 0; left -= 1) items.push(await hearReply(conversation));
  return { kind: "list", items };
}
