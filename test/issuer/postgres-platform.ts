import { createRequire } from "node:module";
import { presentingPlatform, type Presented, type Presenting } from "./presenting-platform.ts";
import { firstPassword, makeRoles, type RolesForTest } from "./postgres-roles.ts";

const pg = createRequire(import.meta.url).resolve("pg");

/** A pool of connections that writes all the time; each row that is not written goes into a file. */
export const caller = `const { createServer } = require("node:http");
const { appendFileSync } = require("node:fs");
const { Pool } = require(${JSON.stringify(pg)});
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 3, maxUses: 20 });
pool.on("error", () => undefined);
let written = 0;
async function write() {
  try {
    await pool.query("insert into calls values (1)");
    written += 1;
  } catch (error) {
    appendFileSync("failed.log", String(error.code) + "\\n");
  }
  setTimeout(write, 2);
}
for (let at = 0; at < 3; at += 1) write();
createServer((_, response) => {
  response.statusCode = written > 2 ? 200 : 503;
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

export interface PostgresPlatform extends Presenting {
  readonly roles: RolesForTest;
}

/** A service that presents DATABASE_URL to a real PostgreSQL all the time, applied; `issuer` is made from the roles. */
export async function postgresPlatform(
  issuer: (roles: RolesForTest) => string,
  more: Partial<Presented> = {},
): Promise<PostgresPlatform> {
  const roles = await makeRoles();
  const platform = await presentingPlatform({
    name: "DATABASE_URL",
    value: roles.uri(roles.a, firstPassword),
    issuer: `{ postgres: { ${issuer(roles)}, admin: PG_ADMIN_URL } }`,
    others: { PG_ADMIN_URL: roles.adminUri },
    program: caller,
    ...more,
  });
  return { ...platform, roles };
}
