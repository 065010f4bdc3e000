import { BaseSequencer, type TestSpecification } from "vitest/node";
import { defineConfig } from "vitest/config";
import { compareSuites } from "./suite-hosts.ts";

class SuitesInOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => compareSuites(a.moduleId, b.moduleId));
  }
}

export default defineConfig({
  test: {
    include: ["lab/suite/**/*.lab.test.ts"],
    globalSetup: "test/published.ts",
    // suites that share a host run one after the other all the same: whoever waits for its hosts needs no processor
    setupFiles: ["lab/await-hosts.ts", "test/seed.ts"],
    sequence: { sequencer: SuitesInOrder },
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
