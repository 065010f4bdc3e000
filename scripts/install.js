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
  const npm = process.env.npm_execpath;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ["ignore", 2, 2] })
    : spawnSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) {
    process.stderr.write(
      "keyturn: error: npm ci failed\nkeyturn: hint: see its message above, then run the command again\n",
    );
    process.exit(result.status ?? 1);
  }
  linkNode();
  writeFileSync(stamp, wanted);
}

// npm 10 and older leave this link out, and the scripts would go on with the machine's own Node.
function linkNode() {
  const link = `${root}node_modules/.bin/node`;
  const target = `node-${process.platform}-${process.arch}/bin/node`;
  if (!existsSync(link) && existsSync(`${root}node_modules/${target}`)) symlinkSync(`../${target}`, link);
}
