import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A small server of the Redis protocol, written from its description and apart from the client it proves. */
export interface RespServer {
  readonly port: number;
  readonly lists: ReadonlyMap<string, string[]>;
  /** every command as it came, AUTH included */
  readonly commands: readonly (readonly string[])[];
  /** cuts every connection and stops listening */
  stop(): Promise<void>;
}

export interface RespOptions {
  readonly port?: number;
  readonly password?: string;
  /** sends each answer byte by byte */
  readonly slow?: boolean;
}

export async function startRespServer(options: RespOptions = {}): Promise<RespServer> {
  const lists = new Map<string, string[]>();
  const commands: string[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let known = options.password === undefined;
    let received = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (let read = takeCommand(received); read !== undefined; read = takeCommand(received)) {
        received = received.subarray(read.bytes);
        commands.push(read.words);
        if (read.words[0] === "AUTH") known = read.words.at(-1) === options.password;
        send(socket, known ? answer(lists, read.words) : refusal(read.words), options.slow ?? false);
      }
    });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await once(server.close(), "close");
  };
  onTestFinished(stop);
  return { port: portOf(server), lists, commands, stop };
}

function takeCommand(bytes: Buffer): { words: string[]; bytes: number } | undefined {
  const text = bytes.toString("latin1");
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return undefined;
  let at = head[0].length;
  const words: string[] = [];
  for (let left = Number(head[1]); left > 0; left--) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at));
    if (size === null) return undefined;
    at += size[0].length;
    const end = at + Number(size[1]);
    if (bytes.length < end + 2) return undefined;
    words.push(bytes.toString("utf8", at, end));
    at = end + 2;
  }
  return { words, bytes: at };
}

function answer(lists: Map<string, string[]>, [name = "", key = "", value = ""]: readonly string[]): string {
  const list = lists.get(key) ?? [];
  switch (name) {
    case "AUTH":
    case "SELECT":
      return "+OK\r\n";
    case "PING":
      return "+PONG\r\n";
    case "LLEN":
      return `:${list.length}\r\n`;
    case "LPUSH":
      lists.set(key, [value, ...list]);
      return `:${list.length + 1}\r\n`;
    case "RPOP": {
      const last = list.pop();
      return last === undefined ? "$-1\r\n" : `$${Buffer.byteLength(last)}\r\n${last}\r\n`;
    }
    default:
      return `-ERR unknown command '${name}'\r\n`;
  }
}

function refusal([name]: readonly string[]): string {
  return name === "AUTH" ? "-WRONGPASS invalid username-password pair\r\n" : "-NOAUTH Authentication required.\r\n";
}

function send(socket: Socket, text: string, slow: boolean): void {
  if (!slow) socket.write(text);
  else for (const byte of Buffer.from(text)) socket.write(Buffer.of(byte));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
