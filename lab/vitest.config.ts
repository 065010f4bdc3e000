import { defineConfig } from "vitest/config";

// one suite after the other: they share the hosts
export default defineConfig({
  test: {
    include: ["lab/suite/**/*.lab.test.ts"],
    fileParallelism: false,
    setupFiles: ["test/seed.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
