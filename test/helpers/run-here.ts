/** The built program in this process, on a terminal in memory. */
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";

import { onTestFinished } from "vitest";

import type * as parse from "../../src/command-line/parse.ts";
import { emulate } from "./memory-pty.ts";
import { projectRoot } from "./run-cli.ts";
import type { TerminalOptions, TestTerminal } from "./terminal.ts";
import { memoryTerminal } from "./ui-fixture.ts";

/** Runs a command line; the working directory is the test's until it ends. */
export async function runHere(args: readonly string[], options: TerminalOptions): Promise<TestTerminal> {
  const { columns = 120, rows = 40, cwd } = options;
  const { parseAndRun } = (await import(pathToFileURL(join(projectRoot, "dist/src/command-line/parse.js")).href)) as typeof parse;
  if (process.cwd() !== cwd) {
    const before = process.cwd();
    process.chdir(cwd);
    onTestFinished(() => process.chdir(before));
  }
  const memory = memoryTerminal(columns, rows);
  const abort = new AbortController();
  const ended = parseAndRun(args, {
    stdin: memory.input as unknown as NodeJS.ReadStream,
    stdout: memory.output as unknown as NodeJS.WriteStream,
    stderr: Object.assign(new PassThrough(), { isTTY: true }).resume() as unknown as NodeJS.WriteStream,
    env: { TERM: "xterm-256color", ...options.env },
    signal: abort.signal,
  }).catch((error: unknown) => (error instanceof Error && "exitStatus" in error ? Number(error.exitStatus) : 70));
  return emulate(memory, ended, () => abort.abort());
}
