import { expect, test } from "vitest";
import { makeProject, shop } from "../operation/make-context.ts";
import { keyturnAt, type Outcome } from "../cli/keyturn.ts";
import { openHttp, openSsh } from "./places.ts";

const files = {
  ...shop,
  "api/.env.example": `${shop["api/.env.example"]}# @optional @sensitive @type=file\nCERTIFICATE=\n`,
};
const planted = "planted-value-0123456789";

/** Words of a command, and what it reads. */
const calls: readonly (readonly [words: string, input?: string])[] = [
  ["set SHARED_SECRET --grant", `${planted}\n`],
  ["set CERTIFICATE --service api --json", `${planted}\n\n`],
  ["set MONGO_URI", "no address"],
  ["set sk-aB3aB3aB3aB3aB3aB3aB3", planted],
  ["generate --missing --grant --json"],
  ["grant api CERTIFICATE --revoke --json"],
  ["history SHARED_SECRET"],
  ["who SHARED_SECRET"],
  ["explain SHARED_SECRET here"],
  ["findings accept 7 --reason old --until 2020-01-31"],
  ["findings"],
  ["account add anna --role local:viewer --url https://keyturn.example.com"],
  ["audit --env local"],
];

test("what changes a home has the same words, documents and exit codes here, over http and over ssh", async () => {
  const homes = await Promise.all([makeProject(files), makeProject(files), makeProject(files)]);
  const [own = "", served = "", behind = ""] = homes.map(({ folder }) => folder);
  const http = await openHttp(served, "*:admin");
  const ssh = await openSsh(behind);
  // it made a token there: the audit log of this one counts the same
  await keyturnAt(own)("token create client --role *:admin --yes");
  await keyturnAt(behind)("token create client --role *:admin --yes");
  for (const [words, input = ""] of calls) {
    const places = [keyturnAt(own), http.keyturn, ssh.keyturn];
    const [here, ...away] = await Promise.all(places.map((keyturn) => keyturn(words, { input }).then(alike)));
    expect({ words, http: away[0], ssh: away[1] }).toEqual({ words, http: here, ssh: here });
    expect(JSON.stringify(here)).not.toContain("planted-value");
  }
  expect(http.log() + ssh.sshd.log()).not.toMatch(/planted-value|aB3aB3|keyturn_/);
  const shown = await ssh.keyturn("reveal CERTIFICATE --service api --yes");
  expect(shown).toEqual({ code: 0, out: `${planted}\n\n`, err: "" });
  expect(await http.keyturn("reveal CERTIFICATE --service api --yes")).toMatchObject({ code: 77, out: "" });
  expect((await ssh.keyturn("audit --limit 1")).out).toMatch(/ \S+@\S+ from 127\.0\.0\.1 +value\.reveal /);
}, 600_000);

/** Each home has a key, people and a clock of its own. */
function alike({ code, out, err }: Outcome): Outcome {
  const own = (text: string) =>
    text
      .replaceAll(/\b[0-9a-f]{16}\b/g, "FINGERPRINT")
      .replaceAll(/"(createdAt|expiresAt)": \d+/g, '"$1": TIME')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "TIME")
      .replaceAll(/#setup=[\w-]{43}/g, "#setup=SECRET")
      .replaceAll(/token:client|[\w.-]+@[\w.-]+ from 127\.0\.0\.1|\b[\w.-]+@[\w.-]+(?= |"|$)/gm, "ACTOR")
      .replaceAll(/ (?:now|\d+m)(?= )/g, " AGE")
      .replaceAll(/ +/g, " ");
  return { code, out: own(out), err: own(err) };
}
