/** All commands. Each is loaded only when it is called, so that no run loads what another command needs. */
import type { CommandEntry } from "./command.ts";

export const commands: readonly CommandEntry[] = [
  {
    name: "explore",
    summary: "Look around in an image (the default)",
    load: async () => (await import("./explore/explore.ts")).explore,
  },
  {
    name: "analyze",
    summary: "Report layers, waste, duplicates, caches and secrets",
    load: async () => (await import("./analyze.ts")).analyze,
  },
  {
    name: "check",
    summary: "Pass or fail an image by rules, for a pipeline",
    load: async () => (await import("./check.ts")).check,
  },
  {
    name: "secrets",
    summary: "Find the secrets an image leaks, also in deleted files",
    load: async () => (await import("./secrets.ts")).secrets,
  },
  {
    name: "packages",
    summary: "Tell what every byte is for: packages, owners, reasons",
    load: async () => (await import("./packages.ts")).packages,
  },
  {
    name: "diff",
    summary: "Compare two images, or one image at two of its layers",
    load: async () => (await import("./diff.ts")).diff,
  },
  {
    name: "squash",
    summary: "Merge layers, proved to show the same files",
    load: async () => (await import("./squash.ts")).squash,
  },
  {
    name: "optimize",
    summary: "Make an image smaller, in steps that each say what they save",
    load: async () => (await import("./optimize.ts")).optimize,
  },
  {
    name: "fix",
    summary: "Patch the Dockerfile, with the bytes that each change saves",
    load: async () => (await import("./fix/fix.ts")).fix,
  },
  {
    name: "build",
    summary: "Build with docker or podman, then explore or judge the image",
    raw: true,
    load: async () => (await import("./build.ts")).build,
  },
  {
    name: "export",
    summary: "Write the merged filesystem, or a part of it, as a tar",
    load: async () => (await import("./export.ts")).exportCommand,
  },
  {
    name: "survey",
    summary: "Go through a whole registry or engine, each layer once",
    load: async () => (await import("./survey/survey.ts")).survey,
  },
  {
    name: "worker",
    summary: "Work on surveys that other machines started",
    load: async () => (await import("./survey/worker.ts")).worker,
  },
  {
    name: "completion",
    summary: "Print the shell completion for bash, zsh or fish",
    load: async () => (await import("./completion/completion.ts")).completion,
  },
];

/** The command that a bare image name means. */
export const defaultCommand = "explore";
