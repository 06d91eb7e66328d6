import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/helpers/global-setup.ts"],
    pool: "threads",
    maxWorkers: 3, // most tests wait for programs they have started
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
