/*
 * Loaded before the command (`node --import`): ends it with SIGKILL at one of its step boundaries, or counts them.
 * A boundary is the moment before a transaction commits, and the moment after a request was handed to a host, a file was
 * opened for writing, linked, renamed or removed: whatever lasts has happened up to there, and nothing behind it.
 * KEYTURN_BOUNDARY is `NUMBER FILE`; FILE gets a line per boundary, with number 0 of all of them.
 */
import childProcess from "node:child_process";
import { appendFileSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { DatabaseSync, type StatementSync } from "node:sqlite";

const [number = "0", file = ""] = (process.env["KEYTURN_BOUNDARY"] ?? "").split(" ");
delete process.env["KEYTURN_BOUNDARY"];
let passed = 0;

function boundary(what: string): void {
  passed += 1;
  if (number !== "0" && passed !== Number(number)) return;
  appendFileSync(file, `${what}\n`);
  if (number !== "0") process.kill(process.pid, "SIGKILL");
}

function beforeCommits(): void {
  const prepare: (this: DatabaseSync, sql: string) => StatementSync = Reflect.get(DatabaseSync.prototype, "prepare");
  Object.assign(DatabaseSync.prototype, {
    prepare(this: DatabaseSync, sql: string): StatementSync {
      const statement = prepare.call(this, sql);
      if (sql !== "commit") return statement;
      const [run, all] = [statement.run.bind(statement), statement.all.bind(statement)];
      statement.run = () => {
        boundary("commit");
        return run();
      };
      statement.all = () => {
        boundary("commit");
        return all();
      };
      return statement;
    },
  });
}

function afterRequests(): void {
  const { spawn } = childProcess;
  childProcess.spawn = ((...words: Parameters<typeof spawn>) => {
    const child = spawn(...words);
    const stdin = child.stdin;
    if (words[0] !== "ssh" || stdin === null) return child;
    const write = stdin.write.bind(stdin) as (...parameters: unknown[]) => boolean;
    stdin.write = (...parameters: unknown[]) => {
      const written = write(...parameters);
      const request = requestIn(parameters[0]);
      if (request !== undefined) boundary(`request ${request}`);
      return written;
    };
    return child;
  }) as typeof spawn;
}

/** The verb of a request that changes something, or that its content is out; nothing of the content is told. */
function requestIn(part: unknown): string | undefined {
  if (typeof part !== "string") return "content";
  return /^(attach|stage|swap|claim|restart|verify|return|forget|sweep|prepare|publish) /.exec(part)?.[1];
}

function afterFiles(): void {
  for (const name of ["open", "link", "rename", "rm", "mkdir", "mkdtemp"] as const) {
    const original = promises[name] as (...words: unknown[]) => Promise<unknown>;
    Object.assign(promises, {
      [name]: async (...words: unknown[]) => {
        const result = await original(...words);
        if (name !== "open" || /[wa+]/.test(String(words[1]))) boundary(name);
        return result;
      },
    });
  }
}

if (file !== "") {
  beforeCommits();
  afterRequests();
  afterFiles();
  syncBuiltinESMExports();
}
