// The whole gate, the same here and in CI: types, lint, format, dead exports.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const steps = [
  { name: "types", command: "tsc", args: ["-p", "."] },
  { name: "types of the sdk", command: "tsc", args: ["-p", "sdk"] },
  { name: "types of the console", command: "tsc", args: ["-p", "console"] },
  { name: "types of the example's console", command: "tsc", args: ["-p", "examples/voxbridge/console"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "format", command: "oxfmt", args: ["--check", "."] },
  { name: "dead exports", command: "knip", args: [] },
];
let failed = 0;
for (const { name, command, args } of steps) {
  const { status } = spawnSync(`${root}node_modules/.bin/${command}`, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) failed += 1;
  process.stdout.write(`${status === 0 ? "ok" : "FAILED"}  ${name}\n`);
}
process.exit(failed === 0 ? 0 : 1);
