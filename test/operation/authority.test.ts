import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** They find out who somebody is and what they may look at, or take what only its holder has, a session among it: no role has to do with that. */
const before = [
  "identifySession",
  "identifyToken",
  "isProvisioner",
  "provisioner",
  "visibleEnvironments",
  "logIn",
  "logOut",
  "setUpAccount",
  "askFirstPasskey",
  "setUpWithPasskey",
  "askPasskey",
  "logInWithPasskey",
  "askProof",
  "listPasskeys",
  "askNewPasskey",
  "addPasskey",
  "removePasskey",
];

/** They compute something of what was shown already, or are a limit. */
const pure = ["planDigest", "digestOf", "rotationDigest", "mostSpans", "mostPlaces"];

/** Of many environments, and asks for the role in each. */
const ofMany = ["confirmCandidates"];

test("each operation that the server offers demands a role before it does anything", () => {
  const offered = [...new Set(globSync("src/server/**/*.ts", { cwd: root }).flatMap(operationsOf))];
  expect(offered.length).toBeGreaterThan(15);
  const checked = offered.filter((name) => ![...before, ...pure, ...ofMany].includes(name));
  const lax = checked.filter((name) => !/^\s*demand\(/.test(bodyOf(name)));
  expect(lax).toEqual([]);
});

/** Names of functions; types are left out. */
function operationsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/^import \{([^}]*)\} from "#operation";$/gm)].flatMap(([, names = ""]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => /^[a-z]\w*$/.test(name)),
  );
}

/** What stands behind the first line of an exported function. */
function bodyOf(name: string): string {
  const start = new RegExp(`^export async function ${name}\\([^{]*(?:\\{[^}]*\\}[^{]*)*?\\{$`, "m");
  const texts = globSync("src/operation/**/*.ts", { cwd: root }).map((path) => readFileSync(join(root, path), "utf8"));
  const [text = ""] = texts.filter((one) => one.includes(`export async function ${name}(`));
  const from = text.slice(text.indexOf(`export async function ${name}(`));
  return from.slice(start.exec(from)?.[0].length ?? from.length);
}
