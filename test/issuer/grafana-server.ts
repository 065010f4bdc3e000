import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface GrafanaForTest {
  readonly url: string;
  readonly port: number;
  /** by login */
  readonly passwords: Map<string, string>;
  /** what it answers instead, or nothing: the connection ends. `PUT`: it does what it is asked before that. */
  trouble: { readonly on: "GET" | "PUT"; readonly status?: number } | undefined;
}

const ids: Readonly<Record<string, number>> = { root: 1, admin: 2, viewer: 3 };

/**
 * Answers as Grafana does, statuses and bodies: pkg/api/admin_users.go and pkg/api/user.go, with its password policy on.
 * `root` and `admin` are server administrators.
 */
export async function openGrafana(): Promise<GrafanaForTest> {
  const passwords = new Map([
    ["root", "the-password-of-root"],
    ["admin", "the-password-that-was-first"],
    ["viewer", "a-password"],
  ]);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(grafana, Buffer.concat(chunks).toString(), request, response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const grafana: GrafanaForTest = { url: `http://127.0.0.1:${port}/grafana/`, port, passwords, trouble: undefined };
  return grafana;
}

function answer(
  { passwords, trouble }: GrafanaForTest,
  body: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { method, url = "", headers, socket } = request;
  const say = (status: number, message: object): void => {
    if (trouble === undefined || trouble.on !== method)
      return void response.writeHead(status, json).end(JSON.stringify(message));
    if (trouble.status === undefined) return void socket.destroy();
    response.writeHead(trouble.status, json).end("{}");
  };
  const [user = "", password] = Buffer.from((headers.authorization ?? "").slice(6), "base64")
    .toString()
    .split(":");
  if (password === undefined || passwords.get(user) !== password) {
    return say(401, { message: "Invalid username or password", messageId: "password-auth.failed", statusCode: 401 });
  }
  const { pathname, searchParams } = new URL(url, "http://grafana");
  const isAdmin = user !== "viewer";
  if (method === "GET" && pathname === "/grafana/api/user") return say(200, { id: ids[user], login: user });
  if (!isAdmin)
    return say(403, { accessErrorId: "ACE1", message: "You'll need additional permissions", title: "Access denied" });
  if (method === "GET" && pathname === "/grafana/api/users/lookup") {
    const login = searchParams.get("loginOrEmail") ?? "";
    return passwords.has(login) ? say(200, { id: ids[login], login }) : say(404, { message: "user not found" });
  }
  const id = Number(/^\/grafana\/api\/admin\/users\/(\d+)\/password$/.exec(pathname)?.[1]);
  const login = Object.keys(ids).find((one) => ids[one] === id);
  if (method !== "PUT" || login === undefined) return say(404, { message: "Not found" });
  const next = (JSON.parse(body) as { readonly password: string }).password;
  const isStrong = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/].every((one) => one.test(next)) && next.length >= 12;
  // values of before were set while the policy was off
  if (!isStrong && !next.startsWith("the-password"))
    return say(400, { message: "New password doesn't comply with the password policy" });
  if (trouble?.on !== "PUT" || trouble.status === undefined) passwords.set(login, next);
  say(200, { message: "User password updated" });
}

const json = { "content-type": "application/json; charset=UTF-8" };
