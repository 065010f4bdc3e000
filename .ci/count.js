// Adds up what the steps left in a folder, as plain JavaScript for whatever Node the machine has.
// A step without a report of its tests counts as one. A skipped test is a failed one: nothing is skipped here.
import { existsSync, readFileSync, readdirSync } from "node:fs";

const folder = process.argv[2];
let passed = 0;
let failed = 0;
const steps = readdirSync(folder).filter((file) => file.endsWith(".status"));
for (const file of steps) {
  const name = file.slice(0, -".status".length);
  const succeeded = readFileSync(`${folder}/${file}`, "utf8") === "0";
  const report = readReport(`${folder}/${name}.json`);
  const failures = report.numTotalTests - report.numPassedTests;
  if (name === "check") passed += succeeded ? 1 : 0;
  passed += report.numPassedTests;
  // a file that can't be loaded, or a lab that doesn't come up, fails without a failed test
  failed += Math.max(failures, succeeded && (name === "check" || report.numTotalTests > 0) ? 0 : 1);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && steps.length === 3 ? 0 : 1);

function readReport(path) {
  const nothing = { numTotalTests: 0, numPassedTests: 0 };
  return existsSync(path) ? { ...nothing, ...JSON.parse(readFileSync(path, "utf8")) } : nothing;
}
