import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { Sensitive } from "#kernel";
import { createToken, type Context } from "#operation";
import { serve, type ServeOptions, type Served } from "../../src/compose/serve.ts";
import { makeProject, openProject, shop } from "../operation/make-context.ts";
import { checkAnswer, type Document } from "./document.ts";
import { serveTwo, type Two } from "./serve-two.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface TestServer {
  readonly served: Served;
  /** where it is web part and worker */
  readonly parts?: Two;
  readonly folder: string;
  /** the home folder's own */
  readonly context: Context;
  readonly log: readonly string[];
  readonly troubles: readonly string[];
  /** secret of the link that makes the first admin */
  readonly firstSecret: string;
  /** every answer is held against the server's own document */
  ask(path: string, ask?: Ask): Promise<Answer>;
  token(...roles: readonly string[]): Promise<string>;
}

export interface StartOptions extends Partial<ServeOptions> {
  /** as web part and worker */
  readonly two?: boolean;
}

/** The real server on a free port, over a project of its own. */
export async function startServer({ two = false, ...options }: StartOptions = {}, home?: string): Promise<TestServer> {
  const { folder, context } = home === undefined ? await makeProject(shop) : openProject(home);
  const log: string[] = [];
  const troubles: string[] = [];
  const all: ServeOptions = {
    listen: "127.0.0.1:0",
    console: join(folder, "unbuilt"),
    version: "0.0.0",
    onAccess: (line) => log.push(line),
    onTrouble: (line) => troubles.push(line),
    ...options,
  };
  const parts = two ? await serveTwo(folder, all) : undefined;
  const served = parts?.served ?? (await serve({ folder }, {}, all));
  onTestFinished(() => served.close());
  let document: Promise<Document> | undefined;
  let count = 0;
  return {
    ...(parts === undefined ? {} : { parts }),
    served,
    folder,
    context,
    log,
    troubles,
    firstSecret: textOf(served.link?.secret),
    ask: async (path, ask = {}) => {
      document ??= fetch(`${served.address}/v1/openapi.json`).then((answer) => answer.json() as Promise<Document>);
      const answer = await askAt(served.address, path, ask);
      checkAnswer(await document, { method: ask.method ?? "GET", path, ...answer });
      return answer;
    },
    token: async (...roles) => {
      const { secret } = await createToken(context, { name: `t${(count += 1)}`, roles, days: 1 });
      return textOf(secret);
    },
  };
}

export async function askAt(url: string, path: string, { method = "GET", token, json, headers = {}, body }: Ask) {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  return { status: answer.status, headers: answer.headers, text, body: isJson ? (JSON.parse(text) as unknown) : text };
}

export const passphrase = "quiet otters count copper spoons";

/** A logged-in browser: its cookie and form token go along. */
export interface Browser {
  readonly cookie: string;
  readonly formToken: string;
  ask(path: string, ask?: Ask): Promise<Answer>;
}

/** Makes the first admin and logs in. */
export async function enterFirst(server: TestServer, name = "anna"): Promise<Browser> {
  const json = { secret: server.firstSecret, name, password: passphrase };
  expect(await server.ask("/v1/setup", { method: "POST", json })).toMatchObject({ status: 204 });
  return enter(server, name, passphrase);
}

export async function enter(server: TestServer, name: string, password: string): Promise<Browser> {
  return letIn(server, await server.ask("/v1/login", { method: "POST", json: { name, password } }));
}

/** By an answer that began a session. */
export function letIn(server: TestServer, answer: Answer): Browser {
  expect(answer.status, answer.text).toBe(200);
  const cookie = answer.headers.getSetCookie().at(-1)?.split(";")[0] ?? "";
  const formToken = String(answer.body.formToken);
  return {
    cookie,
    formToken,
    ask: (path, ask = {}) =>
      server.ask(path, { ...ask, headers: { cookie, "x-form-token": formToken, ...ask.headers } }),
  };
}

function textOf(secret: Sensitive | undefined): string {
  return secret?.reveal().toString("latin1") ?? "";
}
