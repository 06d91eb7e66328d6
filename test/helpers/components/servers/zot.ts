/** zot, which `.ci/zot` builds and BALLAST_ZOT names, on loopback with a temporary directory. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeTemporaryDirectory, removeDirectory } from "../../temp-dir.ts";
import { freePort, startDaemon } from "../engines/daemon.ts";
import { answers } from "./registry.ts";
import type { Registry } from "./registry.ts";

const program = process.env["BALLAST_ZOT"] ?? "";

/** Null where it is there. */
export function reasonAgainstZot(): string | null {
  if (program === "") return "BALLAST_ZOT names no program; .ci/zot builds one";
  return existsSync(program) ? null : `there is no ${program}`;
}

export async function startZot(): Promise<Pick<Registry, "address" | "stop">> {
  const directory = makeTemporaryDirectory();
  const port = await freePort();
  const config = join(directory, "config.json");
  writeFileSync(
    config,
    JSON.stringify({
      distSpecVersion: "1.0.1",
      storage: { rootDirectory: join(directory, "data") },
      http: { address: "127.0.0.1", port: String(port) },
      log: { level: "error" },
    }),
  );
  const daemon = await startDaemon({
    command: program,
    args: ["serve", config],
    log: join(directory, "zot.log"),
    ready: () => answers(`http://127.0.0.1:${port}/v2/`),
  });
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      await daemon.stop();
      removeDirectory(directory);
    },
  };
}
