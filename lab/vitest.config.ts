import { defineConfig } from "vitest/config";

// one suite after the other: they share the hosts
export default defineConfig({
  test: {
    include: ["lab/suite/**/*.lab.test.ts"],
    globalSetup: "test/published.ts",
    setupFiles: ["test/setup.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
