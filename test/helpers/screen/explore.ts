/** Starts the built program on an image, in an environment of its own: in this process, or in a pseudo-terminal. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { dockerArchive } from "../image-fixture.ts";
import type { ImageFixture } from "../image-fixture.ts";
import { cleanEnvironment, cliPath } from "../run-cli.ts";
import { directory, file, symlink, whiteout } from "../tar-fixture.ts";
import { temporaryDirectory } from "../temp-dir.ts";
import { runHere } from "../run-here.ts";
import { openTerminal } from "./terminal.ts";
import type { TestTerminal } from "./terminal.ts";

const poem = ["one fish", "two fish", "red fish", "blue fish"].join("\n");

/** Three layers in which something is added, changed, only touched, and removed. */
export const shopImage: ImageFixture = {
  tags: ["shop:1.0"],
  config: { Env: ["PATH=/usr/bin", "MODE=production"], Cmd: ["/usr/bin/shop", "--serve"], Labels: { team: "fishmongers" } },
  layers: [
    {
      content: [
        directory("etc"),
        file("etc/shop.conf", "port = 80\nname = shop\n"),
        file("etc/motd", "welcome\n"),
        directory("usr"),
        directory("usr/bin"),
        file("usr/bin/shop", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 3]), { mode: 0o755 }),
        file("usr/bin/tool", "x".repeat(40_000), { mode: 0o755 }),
        symlink("bin", "usr/bin"),
        directory("var"),
        directory("var/cache"),
        file("var/cache/packages.bin", "p".repeat(90_000)),
      ],
      createdBy: "/bin/sh -c #(nop) ADD file:rootfs in / ",
    },
    {
      content: [
        directory("etc"),
        file("etc/shop.conf", "port = 8080\nname = shop\n"),
        file("usr/bin/tool", "x".repeat(40_000), { mode: 0o700 }),
        file("etc/poem", poem),
      ],
      createdBy: "COPY shop.conf /etc/shop.conf # buildkit",
    },
    { content: [directory("var"), whiteout("var/cache")], createdBy: "RUN /bin/sh -c rm -rf /var/cache # buildkit" },
  ],
};

export interface ExploreOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
  /** The tab to begin with; null for the usual one. */
  readonly view?: string | null;
  /** Called as soon as the program runs. */
  readonly onStart?: (terminal: TestTerminal) => void;
}

export interface Explored {
  readonly terminal: TestTerminal;
  /** The directory the program runs in. */
  readonly directory: string;
}

/**
 * The program on an image, its figures on the screen. It runs in this process, the engine in its thread: as it is built, but for the
 * start of a process, which takes longer than most tests. It is ended with the test.
 */
export async function explore(image: ImageFixture = shopImage, options: ExploreOptions = {}): Promise<Explored> {
  return exploreIn(runHere, image, options);
}

/** The same in a process and a pseudo-terminal of its own: for signals, suspending, and what is left on the terminal. */
export async function exploreInPty(image: ImageFixture = shopImage, options: ExploreOptions = {}): Promise<Explored> {
  return exploreIn(runInPty, image, options);
}

export async function exploreFile(name: string, cwd: string, options: ExploreOptions = {}): Promise<TestTerminal> {
  return exploreFileIn(runHere, name, cwd, options);
}

export async function exploreFileInPty(name: string, cwd: string, options: ExploreOptions = {}): Promise<TestTerminal> {
  return exploreFileIn(runInPty, name, cwd, options);
}

type Run = typeof runHere;

function runInPty(args: readonly string[], options: Parameters<Run>[1]): Promise<TestTerminal> {
  return openTerminal(process.execPath, [cliPath, ...args], options);
}

async function exploreIn(run: Run, image: ImageFixture, options: ExploreOptions): Promise<Explored> {
  const work = temporaryDirectory();
  writeFileSync(join(work, "image.tar"), dockerArchive(image));
  const terminal = await exploreFileIn(run, "image.tar", work, options);
  await terminal.until("the verdict", (screen) => /\d %/.test(screen.row(0)) && !screen.text().includes("reading …"));
  return { terminal, directory: work };
}

async function exploreFileIn(run: Run, name: string, cwd: string, options: ExploreOptions): Promise<TestTerminal> {
  const { columns, rows, args = [], view = "files" } = options;
  const terminal = await run(["explore", name, ...(view === null ? [] : ["--view", view]), ...args], {
    env: environmentIn(cwd, options.env),
    cwd,
    ...(columns === undefined ? {} : { columns }),
    ...(rows === undefined ? {} : { rows }),
  });
  onTestFinished(() => terminal.close());
  options.onStart?.(terminal);
  return terminal;
}

/** Nothing of what it keeps is kept elsewhere. */
export function environmentIn(cwd: string, changes: ExploreOptions["env"] = {}): Record<string, string> {
  const env: Record<string, string> = {
    ...cleanEnvironment(),
    XDG_CACHE_HOME: join(cwd, ".cache"),
    XDG_STATE_HOME: join(cwd, ".state"),
  };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete env[key];
    else env[key] = value;
  }
  return env;
}
