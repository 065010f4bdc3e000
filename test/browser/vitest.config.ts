import { defineConfig } from "vitest/config";

/** The console in a real browser: a suite of its own, because it takes Chromium, which not every machine has. */
export default defineConfig({
  test: {
    include: ["test/browser/*.browser.ts"],
    setupFiles: ["test/setup.ts"],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
