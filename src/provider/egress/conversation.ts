import type { Socket } from "node:net";
import type { Egress } from "./egress.ts";

/** Bytes that one conversation may bring. */
const longest = 64 * 1024;

/** A protocol that is spoken byte by byte. Whatever ends it early is a `ConversationEnd`. */
export interface Conversation {
  /** the certificate of the other side was checked */
  readonly trusted: boolean;
  say(bytes: Uint8Array): void;
  /** exactly so many bytes */
  hear(length: number): Promise<Buffer>;
  /** up to the next CR LF, without it */
  hearLine(): Promise<string>;
  /** goes on encrypted, for the host's name */
  secure(options: { readonly lenient: boolean }): Promise<void>;
}

/** The reason is in our own words. */
export class ConversationEnd extends Error {}

export function converse(
  egress: Egress,
  connected: { readonly socket: Socket; readonly host: string; readonly trusted: boolean },
  signal: AbortSignal,
): Conversation {
  let { socket, trusted } = connected;
  let inbox = socket.iterator({ destroyOnReturn: false });
  let heard = Buffer.alloc(0);
  let total = 0;
  const more = async (): Promise<void> => {
    const next = await inbox.next().catch(() => ({ done: true as const, value: undefined }));
    if (next.done === true) throw new ConversationEnd(signal.aborted ? "no answer in time" : "the connection ended");
    const chunk = Buffer.from(next.value as Buffer);
    total += chunk.byteLength;
    if (total > longest) throw new ConversationEnd("the answer has no end");
    heard = Buffer.concat([heard, chunk]);
  };
  const take = (length: number): Buffer => {
    const taken = heard.subarray(0, length);
    heard = heard.subarray(length);
    return taken;
  };
  return {
    get trusted() {
      return trusted;
    },
    say: (bytes) => void socket.write(bytes),
    async hear(length) {
      if (length > longest) throw new ConversationEnd("the answer has no end");
      while (heard.byteLength < length) await more();
      return take(length);
    },
    async hearLine() {
      while (!heard.includes("\r\n")) await more();
      const line = take(heard.indexOf("\r\n")).toString("utf8");
      take(2);
      return line;
    },
    async secure(options) {
      if (heard.byteLength > 0) throw new ConversationEnd("something was said before the encryption");
      await inbox.return?.();
      const secured = await egress.secure(socket, connected.host, options);
      if (secured.kind !== "open") throw new ConversationEnd(secured.reason);
      ({ socket, trusted } = secured);
      inbox = socket.iterator({ destroyOnReturn: false });
    },
  };
}
