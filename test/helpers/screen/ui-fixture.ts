/** The UI on streams in memory, with a session that a test feeds. */
import { PassThrough } from "node:stream";

import { App } from "../../../ui/app.ts";
import type { AppOptions } from "../../../ui/app-options.ts";
import { createKeymap } from "../../../ui/keys/keymap.ts";
import type { Session, SessionListener } from "../../../ui/session.ts";
import type { ThemeSetting } from "../../../ui/terminal/theme.ts";

export interface MemoryTerminal {
  readonly input: PassThrough;
  readonly output: PassThrough & { columns: number; rows: number };
}

export function memoryTerminal(columns: number, rows: number): MemoryTerminal {
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode() {
      return input;
    },
  });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  return { input, output };
}

/** Begins nothing by itself; `listener` is what the test reports to. */
export class FedSession implements Session {
  readonly name: string;
  listener: SessionListener | null = null;
  constructor(name = "test") {
    this.name = name;
  }
  start(listener: SessionListener): void {
    this.listener = listener;
  }
  read(): Promise<Buffer> {
    return Promise.resolve(Buffer.alloc(0));
  }
  extract(): ReturnType<Session["extract"]> {
    return Promise.resolve({ path: "", files: 0, skipped: 0 });
  }
  plan(): ReturnType<Session["plan"]> {
    return Promise.reject(new Error("no planner in this test"));
  }
  turnStep(): ReturnType<Session["turnStep"]> {
    return this.plan();
  }
  runPlan(): ReturnType<Session["runPlan"]> {
    return Promise.reject(new Error("no planner in this test"));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface MemoryApp {
  readonly app: App;
  readonly session: FedSession;
  readonly terminal: MemoryTerminal;
  readonly ended: Promise<number>;
}

export interface MemoryAppOptions extends Partial<Pick<AppOptions, "name" | "tab" | "open" | "findImages" | "completeImage" | "memory">> {
  readonly theme?: ThemeSetting;
  readonly env?: Record<string, string>;
}

/** Starts the UI; resolves once it listens to the session, or asks for an image. */
export async function memoryApp(columns = 120, rows = 40, options: MemoryAppOptions = {}): Promise<MemoryApp> {
  const terminal = memoryTerminal(columns, rows);
  const session = new FedSession();
  const app = new App({
    streams: { input: terminal.input as unknown as NodeJS.ReadStream, output: terminal.output as unknown as NodeJS.WriteStream },
    name: session.name,
    tab: "files",
    open: () => session,
    ...options,
    keymap: createKeymap(),
    theme: options.theme ?? null,
    env: options.env ?? { TERM: "xterm-256color" },
    signal: new AbortController().signal,
  });
  const ended = app.run();
  while (session.listener === null && options.name !== null) await new Promise((resolve) => setImmediate(resolve));
  return { app, session, terminal, ended };
}
