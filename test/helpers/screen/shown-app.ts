/** The UI of a test-fed session on a terminal in memory that can be read. */
import { onTestFinished } from "vitest";

import type { App } from "../../../ui/app.ts";
import type { ShownImage } from "../../../ui/session.ts";
import { emulate } from "./memory-pty.ts";
import type { TestTerminal } from "./terminal.ts";
import { memoryApp } from "./ui-fixture.ts";
import type { FedSession, MemoryAppOptions } from "./ui-fixture.ts";

export interface ShownApp {
  readonly app: App;
  readonly session: FedSession;
  readonly terminal: TestTerminal;
  /** As `runApp` ends: with a status, or throwing what is to be told afterwards. */
  readonly ended: Promise<number>;
  /** The terminal goes away without a signal. */
  hangUp(): void;
  /** Everything that was sent is on the screen. */
  settle(): Promise<void>;
}

/** Milliseconds: longer than a key or a frame waits, so that what is queued before is done before, however slow the machine is. */
const roundMs = 55;
/** One thing may lead to another that is queued in its turn. */
const quietRounds = 3;

/** It is ended with the test. */
export async function showApp(columns = 120, rows = 40, options: MemoryAppOptions = {}): Promise<ShownApp> {
  const { app, session, terminal: memory, ended } = await memoryApp(columns, rows, options);
  const status = ended.catch(() => -1);
  const terminal = emulate(memory, status, () => void memory.input.emit("data", Buffer.from("\x03")));
  onTestFinished(() => terminal.close());
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < quietRounds; quiet += 1) {
      const sent = terminal.output.length;
      await new Promise((resolve) => setTimeout(resolve, roundMs));
      if (terminal.output.length !== sent) quiet = -1;
    }
    await new Promise<void>((resolve) => terminal.emulator.write("", resolve));
  };
  return { app, session, terminal, ended, settle, hangUp: () => void memory.input.end() };
}

export function imageOf(layers: number): ShownImage {
  return {
    reference: "test",
    platform: { os: "linux", architecture: "amd64" },
    layers: Array.from({ length: layers }, (_, index) => ({
      index,
      createdBy: `RUN step ${index}`,
      digest: null,
      diffId: `sha256:${String(index).repeat(64)}`,
      mediaType: "application/vnd.oci.image.layer.v1.tar",
      created: null,
      storedBytes: 1000,
    })),
  } as never;
}
