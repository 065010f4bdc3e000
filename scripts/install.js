// Runs before every other script, on whatever Node the machine has: installs what the lock file names, once.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}node_modules/.installed`;
const wanted = createHash("sha256")
  .update(readFileSync(`${root}package-lock.json`))
  .digest("hex");
const present = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";

if (present !== wanted) {
  process.stderr.write("keyturn: installing dependencies\n");
  // npm 11's `ci` refuses a lock file when the registry lacks a package for some other system; `install` takes the same versions
  const first = npm(["ci"], "pipe");
  const result = first.status === 0 ? first : npm(["install", "--no-save"], 2);
  if (result.status !== 0) {
    process.stderr.write(first.stderr);
    process.stderr.write(
      "keyturn: error: npm can't install the dependencies\nkeyturn: hint: see its message above, then run the command again\n",
    );
    process.exit(result.status ?? 1);
  }
  linkNode();
  writeFileSync(stamp, wanted);
}

function npm(verb, stderr) {
  const args = [...verb, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const options = { cwd: root, stdio: ["ignore", 2, stderr], encoding: "utf8" };
  const path = process.env.npm_execpath;
  return path ? spawnSync(process.execPath, [path, ...args], options) : spawnSync("npm", args, options);
}

// npm 10 and older leave this link out, and the scripts would go on with the machine's own Node.
function linkNode() {
  const link = `${root}node_modules/.bin/node`;
  const system = `${process.platform}-${process.arch}`;
  const target = [`node-${system}/bin/node`, `node-bin-${system}/bin/node`].find((path) =>
    existsSync(`${root}node_modules/${path}`),
  );
  if (!existsSync(link) && target !== undefined) symlinkSync(`../${target}`, link);
}
