import { converse, ConversationEnd, type Conversation } from "./egress/conversation.ts";
import type { Closed, Egress } from "./egress/egress.ts";
import type { StreamProbe } from "./provider.ts";

export interface SpeakOptions {
  readonly egress: Egress;
  /** the address may lie in a private network */
  readonly nearby: boolean;
  readonly signal: AbortSignal;
}

export type Spoken<T> = { readonly kind: "spoken"; readonly result: T } | Closed;

/** One conversation with the server that a connection URI names. `refused` before anything was sent, where it can't be. */
export async function speak<T>(
  asked: Pick<StreamProbe, "schemes" | "port" | "security">,
  text: string,
  { egress, nearby, signal }: SpeakOptions,
  talk: (conversation: Conversation, uri: URL) => Promise<T>,
): Promise<Spoken<T>> {
  const uri = uriOf(text, asked.schemes);
  if (uri === undefined) {
    return { kind: "refused", reason: `its form is not ${asked.schemes.map((one) => `${one}//…`).join(" or ")}` };
  }
  const place = {
    host: uri.hostname.replace(/^\[|\]$/g, ""),
    port: Number(uri.port) || asked.port,
    security: asked.security(uri),
    nearby,
  };
  const opened = await egress.open(place, signal);
  if (opened.kind !== "open") return opened;
  const { socket } = opened;
  try {
    const trusted = place.security === "tls";
    const conversation = converse(egress, { socket, host: place.host, trusted }, signal);
    return { kind: "spoken", result: await talk(conversation, uri) };
  } catch (error) {
    if (error instanceof ConversationEnd) return { kind: "unreachable", reason: error.message };
    if (error instanceof URIError) return { kind: "refused", reason: "a % in it stands for nothing" };
    if (error instanceof RangeError) return { kind: "refused", reason: "the answer is none of the protocol" };
    throw error;
  } finally {
    socket.destroy();
  }
}

/** Of several hosts the first one. */
function uriOf(text: string, schemes: readonly string[]): URL | undefined {
  const single = text.replace(/^([a-z+]+:\/\/(?:[^/@]*@)?[^/,?]+),[^/?]*/i, "$1");
  if (!URL.canParse(single)) return undefined;
  const url = new URL(single);
  return schemes.includes(url.protocol) && url.hostname !== "" ? url : undefined;
}
