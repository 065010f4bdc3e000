import { chmod, lstat, rename, rm, stat } from "node:fs/promises";
import type { Server } from "node:http";
import { connect } from "node:net";
import { dirname } from "node:path";
import { AppError, systemCode } from "#kernel";
import type { HttpServer, Listening } from "./listen.ts";

/** the owner and the group, which the web part's user is in */
const mode = 0o660;

/**
 * Listens on a socket in the file system. It gets its name when its mode is right: nobody else connects in between. What a
 * killed process left there is replaced. PORT_TAKEN when a process answers there.
 */
export async function listenAtSocket(http: HttpServer, path: string): Promise<Listening> {
  await checkFolder(dirname(path));
  await checkFree(path);
  const making = `${path}.${process.pid}`;
  await rm(making, { force: true });
  await bound(http.server, making);
  await chmod(making, mode);
  await rename(making, path);
  const { ino } = await lstat(path);
  return { address: path, close: () => http.close().then(() => removeOwn(path, ino)) };
}

/** Whoever can write there could put a socket of their own in its place, and be told passwords. */
async function checkFolder(folder: string): Promise<void> {
  const { mode, uid } = await stat(folder).catch((cause: unknown) => {
    throw new AppError("USAGE", `there is no folder ${folder} for the socket`, { hint: "make it first", cause });
  });
  const own = process.getuid?.();
  const foreign = own !== undefined && uid !== own && uid !== 0;
  if (!foreign && (mode & 0o022) === 0) return;
  const hint = `make it this user's own: chmod 750 ${folder}`;
  throw new AppError("USAGE", `others may write into ${folder}, where the socket would be`, { hint });
}

async function checkFree(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new AppError("USAGE", `the socket ${path} can't be looked at`, { cause: error });
  });
  if (found === undefined) return;
  if (!found.isSocket()) throw new AppError("USAGE", `${path} is there already, and is no socket`);
  if (await answers(path)) {
    throw new AppError("PORT_TAKEN", `a worker answers at ${path} already`, { hint: "stop it first" });
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function bound(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new AppError("USAGE", `this process can't listen at ${path}`, { hint: "name a shorter path", cause }));
    });
    server.listen(path, resolve);
  });
}

/** Another worker may have taken the name over. */
async function removeOwn(path: string, ino: number): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.ino === ino) await rm(path, { force: true });
}
