import { expect, it, onTestFinished } from "vitest";

import { memoryApp } from "../../helpers/screen/ui-fixture.ts";
import { emulate } from "../../helpers/screen/memory-pty.ts";
import { imageOf } from "../../helpers/screen/shown-app.ts";
import { exploreInPty } from "../../helpers/screen/explore.ts";

/** Larger than all that lies between the program and a terminal that does not read. */
const hugeScreen = [400, 100] as const;

it.each([
  ["q", 0],
  ["SIGTERM", 143],
] as const)("hangs-while-the-terminal-is-not-read: %s ends it all the same", async (end, status) => {
  const { terminal } = await exploreInPty();
  let ended: number | null = null;
  void terminal.exited.then(({ exitCode, signal }) => (ended = signal ? 128 + signal : exitCode));
  terminal.pty.pause!();
  terminal.resize(...hugeScreen);
  // Whole pictures, one after the other.
  terminal.press("2", "1", "2");
  if (end === "q") terminal.press("q");
  else process.kill(terminal.pty.pid, end);
  await terminal.until("the end", () => ended !== null);
  expect(ended).toBe(status);
});

it("keys-behind-a-slow-line: pictures that nobody has seen yet give way to the one that counts", async () => {
  const { session, terminal: memory, ended } = await memoryApp(200, 50);
  onTestFinished(async () => {
    memory.input.emit("data", Buffer.from("q"));
    memory.output.resume();
    await ended;
  });
  session.listener!.onImage(imageOf(40));
  for (let i = 0; i < 300; i += 1) {
    memory.input.emit("data", Buffer.from(String(1 + (i % 4))));
    await new Promise((resolve) => setImmediate(resolve));
  }
  memory.input.emit("data", Buffer.from("5"));
  // 300 pictures would be a megabyte.
  expect(memory.output.readableLength + memory.output.writableLength).toBeLessThan(100_000);
  const terminal = emulate(memory, ended, () => void memory.input.emit("data", Buffer.from("q")));
  await terminal.untilText("squash instead");
});
