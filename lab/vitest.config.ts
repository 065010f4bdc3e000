import { defineConfig } from "vitest/config";
import { beginWith } from "../test/sequencer.ts";
import { isPart } from "./place.ts";
import { suitesInOrder } from "./suite-hosts.ts";

export default defineConfig({
  test: {
    include: ["lab/suite/**/*.lab.test.ts"],
    globalSetup: "test/published.ts",
    // suites that share a host run one after the other all the same: whoever waits for its hosts needs no processor
    setupFiles: ["lab/await-hosts.ts", "test/setup.ts"],
    sequence: { sequencer: beginWith(suitesInOrder) },
    maxWorkers: isPart ? 1 : 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
