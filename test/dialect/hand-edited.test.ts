import { expect, test } from "vitest";
import type { DialectName } from "#dialect";
import { readPlain } from "./carried.ts";

/** Hand-edited files: what is read, and the line of each finding. */
const handEdited: readonly (readonly [DialectName, string, string, Record<string, string>, readonly string[]])[] = [
  ["systemd", "comments and blanks", "# a\n; b\n\n  K = a b  \n", { K: "a b" }, []],
  ["systemd", "quotes", `K='a "b' "c\\"d\\x"\nL=x"y"\n`, { K: 'a "bc"d\\x', L: 'x"y"' }, []],
  ["systemd", "a continued line", "K=a \\\n  b\nL=1\n", { K: "a   b", L: "1" }, []],
  [
    "systemd",
    "export and bad names",
    "export E=1\nBAD-KEY=2\n9X=3\nK=4\n",
    { K: "4" },
    ["name-invalid 1", "name-invalid 2", "name-invalid 3"],
  ],
  ["systemd", "no =", "secret\nK=1\n", { K: "1" }, ["line-dropped 1"]],
  ["systemd", "the last duplicate", "K=1\nK=2\n", { K: "2" }, ["name-repeated 2"]],
  ["systemd", "a comment that goes on", "# a\\\nK=1\nL=2\n", { L: "2" }, ["comment-continued 1"]],
  ["systemd", "specifiers", "K=%h\n", { K: "%h" }, []],
  ["systemd", "a noncharacter", "K=a\uffff\nL=1\n", { L: "1" }, ["file-refused 1"]],
  ["docker", "everything right of =", `K='a' # b \n # c\n  L= x\r\n`, { K: "'a' # b ", L: " x" }, []],
  ["docker", "a name from the environment", "HOME\nK=1\n", { K: "1" }, ["expands 1"]],
  ["docker", "a blank in a name", "export K=1\nL=1\n", { L: "1" }, ["file-refused 1"]],
  ["docker", "a byte order mark", "\ufeffK=1\n", { K: "1" }, []],
  ["node", "comments and export", "# a\nexport K=a b # c\nL='#'\n", { K: "a b", L: "#" }, []],
  ["node", "carriage returns", "K=a\r\nL=b\r\n", { K: "a", L: "b" }, ["value-changed 1"]],
  ["dotenv", "as in YAML", "K: a\nL=`b\nc`\n", { K: "a", L: "b\nc" }, []],
  ["vite", "a reference", "K=$HOME\nL=\\$5\n", { L: "$5" }, ["expands 1"]],
  [
    "python",
    "references and names alone",
    "K=${HOME}\nL=${:-$}{a}\nM\n",
    { L: "${a}" },
    ["expands 1", "line-dropped 3"],
  ],
  [
    "sh",
    "statements",
    "export A=1 B='2 3'; C=\"a\\$\"\nD=$(id)\nrm x\nE=~\n",
    { A: "1", B: "2 3", C: "a$" },
    ["expands 2", "line-dropped 3", "expands 4"],
  ],
  [
    "sh",
    "an expansion among assignments",
    "A=1 B=$A\nB=2\nC=3 D=`id`\n",
    { A: "1", B: "2", C: "3" },
    ["expands 1", "expands 3"],
  ],
  ["github", "both forms", "K=a<<b\nL<<END\nx\ny\nEND\nM<<END\nEND\n", { K: "a<<b", L: "x\ny", M: "" }, []],
  ["github", "no end", "K=1\nL<<END\nx\n", { K: "1" }, ["file-refused 2"]],
  ["json", "a field that is not text", '{"K":"a","L":1}', { K: "a" }, ["line-dropped 1"]],
  ["json", "no object", "[1]", {}, ["file-refused 1"]],
  [
    "k8s",
    "data and stringData",
    '{"kind":"Secret","data":{"K":"YQ==","L":"Yg=="},"stringData":{"L":"c"}}',
    { K: "a", L: "c" },
    ["name-repeated 1"],
  ],
  ["k8s", "another kind", '{"kind":"ConfigMap","data":{"K":"YQ=="}}', {}, ["file-refused 1"]],
];

test.each(handEdited)("%s: %s", (name, _, file, expected, findings) => {
  const { values, places } = readPlain(name, file);
  expect(values).toEqual(expected);
  expect(places).toEqual(findings);
});
