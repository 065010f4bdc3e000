/*
 * Loaded before the command (`node --import`): ends it with SIGKILL at one of the transactions that write down what a rotation
 * or a rollout does or an issuer is to do, or counts them. KEYTURN_KILL is `NUMBER before|behind FILE`: before it commits, or behind that. FILE gets
 * a line for each; with number 0 nothing is ended.
 */
import { appendFileSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";

const [number = "0", moment = "behind", file = ""] = (process.env["KEYTURN_KILL"] ?? "").split(" ");
delete process.env["KEYTURN_KILL"];
const telling = /^(?:insert into|update) "(rollout|rollout_step|rotation|rotation_entry|issuance)"/;
let written = new Set<string>();
let passed = 0;

type Run = (...words: unknown[]) => unknown;

function committed(commit: () => unknown): unknown {
  const tables = [...written].toSorted().join(" ");
  written = new Set();
  if (tables === "") return commit();
  passed += 1;
  const isDue = passed === Number(number);
  appendFileSync(file, `${tables}\n`);
  if (isDue && moment === "before") process.kill(process.pid, "SIGKILL");
  const result = commit();
  if (isDue) process.kill(process.pid, "SIGKILL");
  return result;
}

function watch(): void {
  const prepare: (this: DatabaseSync, sql: string) => StatementSync = Reflect.get(DatabaseSync.prototype, "prepare");
  Object.assign(DatabaseSync.prototype, {
    prepare(this: DatabaseSync, sql: string): StatementSync {
      const statement = prepare.call(this, sql);
      const table = telling.exec(sql)?.[1];
      if (sql !== "commit" && table === undefined) return statement;
      for (const name of ["run", "all", "get"] as const) {
        const original = (statement[name] as Run).bind(statement);
        const told: Run = (...words) => {
          if (table === undefined) return committed(() => original(...words));
          written.add(table);
          return original(...words);
        };
        Object.assign(statement, { [name]: told });
      }
      return statement;
    },
  });
}

if (file !== "") watch();
