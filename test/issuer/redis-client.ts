import { connect } from "node:net";
import { onTestFinished } from "vitest";

export interface ConnectedClient {
  readonly answered: () => number;
  /** answers that were errors, and the end of the connection */
  readonly failed: () => readonly string[];
}

/** Over one connection, one command behind the other, for as long as the test goes on. */
export async function connectedClient(port: number, password: string): Promise<ConnectedClient> {
  const failed: string[] = [];
  let answered = 0;
  const socket = connect(port, "127.0.0.1");
  const say = (...words: readonly string[]) =>
    socket.write(`*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`);
  const first = Promise.withResolvers<undefined>();
  socket.on("data", (chunk) => {
    const text = chunk.toString();
    if (text.startsWith("-")) failed.push(text.trim());
    answered += 1;
    first.resolve(undefined);
    setTimeout(() => !socket.destroyed && say("INCR", "calls"), 1);
  });
  socket.on("error", () => undefined);
  socket.on("close", () => failed.push("closed"));
  onTestFinished(() => void socket.destroy());
  say("AUTH", "app", password);
  await first.promise;
  return { answered: () => answered, failed: () => failed };
}
