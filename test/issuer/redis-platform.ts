import { presentingPlatform, type Presenting } from "./presenting-platform.ts";
import { openRedis, type RedisForTest } from "./redis-server.ts";

/** Asks Redis over and over, over one connection, and writes each answer that is an error into a file. */
const caller = `const { createServer } = require("node:http");
const { appendFileSync } = require("node:fs");
const { connect } = require("node:net");
const uri = new URL(process.env.REDIS_URL);
let answered = 0;
const failed = (text) => appendFileSync("failed.log", text.trim() + "\\n");
const socket = connect(uri.port, uri.hostname);
const say = (...words) => socket.write("*" + words.length + "\\r\\n" + words.map((word) => "$" + word.length + "\\r\\n" + word + "\\r\\n").join(""));
socket.on("data", (chunk) => {
  if (chunk.toString().startsWith("-")) return failed(chunk.toString());
  answered += 1;
  setTimeout(() => say("INCR", "calls"), 2);
});
socket.on("error", (error) => failed(error.code));
say("AUTH", uri.username, uri.password);
createServer((_, response) => {
  response.statusCode = answered > 2 ? 200 : 503;
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

export interface RedisPlatform extends Presenting {
  readonly redis: RedisForTest;
}

export interface RedisPlatformOptions {
  /** of the contract's REDIS_URL */
  readonly type?: string;
  /** whether the store has the administrator's URI */
  readonly admin?: boolean;
}

/** A service that presents REDIS_URL to a real Redis all the time, applied. */
export async function redisPlatform({ type = "", admin = true }: RedisPlatformOptions = {}): Promise<RedisPlatform> {
  const redis = await openRedis();
  const platform = await presentingPlatform({
    name: "REDIS_URL",
    value: redis.appUri,
    issuer: "{ redis: { user: app, admin: REDIS_ADMIN_URL } }",
    others: admin ? { REDIS_ADMIN_URL: redis.adminUri } : {},
    program: caller,
    type,
  });
  return { ...platform, redis };
}
