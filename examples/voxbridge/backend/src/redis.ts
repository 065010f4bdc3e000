import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { readReply, writeCommand, type RedisValue } from "./redis-protocol.ts";

/** One connection. A command rejects when the connection is gone or the server answers with an error. */
export interface Redis {
  command(...words: readonly string[]): Promise<RedisValue>;
  close(): void;
}

interface Waiting {
  readonly resolve: (value: RedisValue) => void;
  readonly reject: (reason: Error) => void;
}

/** Connects, logs in as the URL says (user, password, database number), and calls `onLost` once when it breaks. */
export async function connectRedis(url: URL, timeout: number, onLost: () => void): Promise<Redis> {
  const socket = await open(url, timeout);
  const redis = converse(socket, timeout, onLost);
  try {
    const password = decodeURIComponent(url.password);
    const user = decodeURIComponent(url.username);
    if (password !== "") await redis.command("AUTH", ...(user === "" ? [] : [user]), password);
    const database = url.pathname.slice(1);
    if (/^\d+$/.test(database) && database !== "0") await redis.command("SELECT", database);
    await redis.command("PING");
    return redis;
  } catch (cause) {
    redis.close();
    throw cause;
  }
}

function open(url: URL, timeout: number): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || 6379);
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "rediss:";
    const socket = secure ? connectTls({ host, port, servername: host }) : connectPlain({ host, port });
    const late = setTimeout(() => socket.destroy(new Error("redis did not answer in time")), timeout);
    socket.once("error", reject);
    socket.once("close", () => clearTimeout(late));
    socket.once(secure ? "secureConnect" : "connect", () => {
      clearTimeout(late);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

function converse(socket: Socket, timeout: number, onLost: () => void): Redis {
  const waiting: Waiting[] = [];
  let received = Buffer.alloc(0);
  let closed = false;
  socket.setNoDelay(true);
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    try {
      for (let read = readReply(received); read !== undefined; read = readReply(received)) {
        received = received.subarray(read.bytes);
        const first = waiting.shift();
        if (read.reply.kind === "error") first?.reject(new Error("redis refused the command"));
        else first?.resolve(read.reply.value);
      }
    } catch {
      socket.destroy();
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    for (const one of waiting.splice(0)) one.reject(new Error("redis closed the connection"));
    if (!closed) onLost();
    closed = true;
  });
  return {
    command: (...words) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("redis closed the connection"));
        // answers come in order, so one that is late makes the connection useless
        const late = setTimeout(() => socket.destroy(), timeout);
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            clearTimeout(late);
            then(value);
          };
        waiting.push({ resolve: settle(resolve), reject: settle(reject) });
        socket.write(writeCommand(words));
      }),
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
}
