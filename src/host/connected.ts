import { connect, type Socket } from "node:net";

const patience = 2_000;

/** A stream once it is taken; rejects with the system's error, or where nobody answers within two seconds. */
export function connected(
  to: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...to, timeout: patience });
    socket.once("timeout", () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout").off("error", reject);
      resolve(socket);
    });
  });
}
