/** The built program in this process: on a terminal in memory, or with pipes for its streams. */
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";

import { onTestFinished } from "vitest";

import type * as parse from "../../src/command-line/parse.ts";
import { emulate } from "./screen/memory-pty.ts";
import { cleanEnvironment, projectRoot } from "./run-cli.ts";
import type { CliResult } from "./run-cli.ts";
import type { TerminalOptions, TestTerminal } from "./screen/terminal.ts";
import { memoryTerminal } from "./screen/ui-fixture.ts";

/** As `runCli`, for what starting a program would not show: no process, and what it throws stands on its standard error. */
export async function cliHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Pick<CliResult, "stdout" | "stderr" | "status">> {
  const { parseAndRun } = await builtProgram();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const written = [stdout, stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return chunks;
  });
  stdin.end();
  let thrown = "";
  const status = await parseAndRun(args, {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: { ...cleanEnvironment(), ...env },
    signal: new AbortController().signal,
  }).catch((error: unknown) => {
    if (!(error instanceof Error) || !("exitStatus" in error)) throw error;
    thrown = `error: ${error.message}\nhint: ${"hint" in error ? String(error.hint) : ""}\n`;
    return Number(error.exitStatus);
  });
  const [printed, told] = written.map((chunks) => Buffer.concat(chunks).toString());
  return { stdout: printed!, stderr: `${told!}${thrown}`, status };
}

async function builtProgram(): Promise<typeof parse> {
  return (await import(pathToFileURL(join(projectRoot, "dist/src/command-line/parse.js")).href)) as typeof parse;
}

/** Runs a command line; the working directory is the test's until it ends. */
export async function runHere(args: readonly string[], options: TerminalOptions): Promise<TestTerminal> {
  const { columns = 120, rows = 40, cwd } = options;
  const { parseAndRun } = await builtProgram();
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
