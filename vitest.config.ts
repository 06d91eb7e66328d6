import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/helpers/global-setup.ts"],
    pool: "threads",
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
