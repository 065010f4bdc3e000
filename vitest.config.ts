import { defineConfig } from "vitest/config";
import { beginWith } from "./test/sequencer.ts";

/** They start hundreds of programs, or compute for long. */
const long = [
  "planted.test.ts",
  "host/helper.test.ts",
  "host/contract.test.ts",
  "operation/apply.test.ts",
  "cli/keep.test.ts",
  "operation/look-and-return.test.ts",
  "cli/dev.test.ts",
  "fuzz/fuzz.test.ts",
  "host/return-line.test.ts",
  "contract/linear.test.ts",
];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    globalSetup: ["test/published.ts", "test/postgres-server.ts"],
    // nothing happens on import here, and no module has a state: what one file has loaded serves the next
    isolate: false,
    // by default one processor is left alone, and of two that is half
    maxWorkers: "100%",
    sequence: { sequencer: beginWith(long) },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
