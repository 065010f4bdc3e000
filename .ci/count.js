// Adds up what the steps named left in a folder, as plain JavaScript for whatever Node the machine has.
// A step that has no tests to report counts as one. A skipped test is a failed one: nothing is skipped here.
import { existsSync, readFileSync } from "node:fs";

const [folder, ...steps] = process.argv.slice(2);
const withoutTests = ["check", "fuzz"];
let passed = 0;
let failed = 0;
for (const name of steps) {
  const status = `${folder}/${name}.status`;
  const succeeded = existsSync(status) && readFileSync(status, "utf8") === "0";
  const report = readReport(`${folder}/${name}.json`);
  const failures = report.numTotalTests - report.numPassedTests;
  const single = withoutTests.includes(name);
  if (single) passed += succeeded ? 1 : 0;
  passed += report.numPassedTests;
  // a file that can't be loaded, or a lab that doesn't come up, fails without a failed test
  failed += Math.max(failures, succeeded && (single || report.numTotalTests > 0) ? 0 : 1);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && steps.length > 0 ? 0 : 1);

function readReport(path) {
  const nothing = { numTotalTests: 0, numPassedTests: 0 };
  return existsSync(path) ? { ...nothing, ...JSON.parse(readFileSync(path, "utf8")) } : nothing;
}
