import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/seed.ts"],
    globalSetup: "test/published.ts",
    // nothing happens on import here, and no module has a state: what one file has loaded serves the next
    isolate: false,
    // by default one processor is left alone, and of two that is half
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
