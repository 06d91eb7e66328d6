import { defineConfig } from "vitest/config";

const shared = {
  globalSetup: ["test/helpers/global-setup.ts"],
  testTimeout: 120_000,
  hookTimeout: 180_000,
};

export default defineConfig({
  test: {
    maxWorkers: 3, // most tests wait for programs they have started
    projects: [
      { test: { ...shared, name: "tests", include: ["test/**/*.test.ts"], exclude: ["test/tui/**"], pool: "threads" } },
      // Pseudo-terminals are native code that does not survive the end of a thread.
      { test: { ...shared, name: "terminal", include: ["test/tui/**/*.test.ts"], pool: "forks" } },
    ],
  },
});
