// Tells what failed, and adds up what the steps named left in a folder: plain JavaScript for whatever Node the machine has.
// A step that has no tests to report counts as one. A skipped test is a failed one: nothing is skipped here.
import { existsSync, readFileSync } from "node:fs";

const [folder, ...steps] = process.argv.slice(2);
const withoutTests = ["check", "fuzz"];
const failed = [];
let passed = 0;
for (const name of steps) {
  const status = existsSync(`${folder}/${name}.status`) ? readFileSync(`${folder}/${name}.status`, "utf8") : "nothing";
  const report = readReport(`${folder}/${name}.json`);
  const failures = report.numTotalTests - report.numPassedTests;
  const names = namesOf(report);
  const single = withoutTests.includes(name);
  if (single && status === "0") passed += 1;
  passed += report.numPassedTests;
  failed.push(...Array.from({ length: failures }, (_, index) => `${name}: ${names[index] ?? "a test"}`));
  // a file that can't be loaded, or a lab that doesn't come up, fails without a failed test
  if (failures === 0 && (status !== "0" || (!single && report.numTotalTests === 0))) {
    failed.push(`${name}: ended with ${status}, after ${report.numTotalTests} tests`);
  }
}
for (const line of failed) process.stdout.write(`failed: ${line}\n`);
process.stdout.write(`${passed} passed, ${failed.length} failed\n`);
process.exit(failed.length === 0 && steps.length > 0 ? 0 : 1);

function namesOf({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return tests
    .filter(({ status }) => status !== "passed")
    .map(({ fullName, failureMessages }) => {
      const [reason = ""] = failureMessages.flatMap((message) => message.split("\n"));
      return `${fullName} ${reason}`;
    });
}

function readReport(path) {
  const nothing = { numTotalTests: 0, numPassedTests: 0, testResults: [] };
  return existsSync(path) ? { ...nothing, ...JSON.parse(readFileSync(path, "utf8")) } : nothing;
}
