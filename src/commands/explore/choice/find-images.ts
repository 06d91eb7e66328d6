/** Finds images that could be opened: those of the engines here, those in this directory, and those opened last. */
import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import { connectionFrom } from "../../flags/connection-flags.ts";
import type { AnalysisArguments } from "../../flags/analysis-flags.ts";
import { lastingName, nameHere } from "./names.ts";
import type { ExploreMemory } from "../memory.ts";
import type { FoundImage, ImageFinder } from "../../../../ui/viewmodel/picker.ts";
import type { ListedImage } from "../../../transports/daemon/list.ts";
import type { CommandIo } from "../../command.ts";

/** The variables that name an engine of each kind. */
const engines: ReadonlyMap<string, readonly string[]> = new Map([
  ["docker", ["DOCKER_HOST", "DOCKER_CONTEXT"]],
  ["podman", ["CONTAINER_HOST"]],
  ["containerd", ["CONTAINERD_ADDRESS"]],
]);

/** Why an engine could not be asked; null if it is simply not running and none was configured. */
function whyNot(error: unknown, from: string, env: NodeJS.ProcessEnv, { host, address }: AnalysisArguments): string | null {
  const isNamed = ((from === "containerd" ? address : host) ?? "") !== "" || engines.get(from)!.some((name) => (env[name] ?? "") !== "");
  if (error instanceof BallastError) return error.code === "daemon-unavailable" && !isNamed ? null : error.message;
  // `ctr`, through which containerd is asked, is missing, or is refused.
  const code = systemErrorCode(error);
  return code === "ENOENT" || code === "ECONNREFUSED" ? null : `${from}: ${error instanceof Error ? error.message : String(error)}`;
}

export function imageFinder(args: AnalysisArguments, io: CommandIo, memory: ExploreMemory): ImageFinder {
  return async ({ found, missed }, signal) => {
    const asked: Promise<void>[] = [];
    const ask = (from: string, list: () => Promise<readonly ListedImage[]>): void => {
      asked.push(
        list().then(
          (images) => found(images.map((image): FoundImage => ({ ...image, from }))),
          (error: unknown) => {
            if (!signal.aborted && engines.has(from)) missed(from, whyNot(error, from, io.env, args));
          },
        ),
      );
    };
    // Leaves out files that have been removed since, and names that are files in this directory, which are listed anyway.
    const recent = memory.recent().filter(({ name }) => lastingName(name) === name);
    const isRecent = new Set(recent.map(({ name }) => name));
    ask("recent", async () =>
      recent.map(({ name, at }) => {
        const here = nameHere(name, io.env);
        return { name: here, title: here, bytes: null, created: at };
      }),
    );
    ask("here", async () =>
      (await (await import("../../../transports/local-images.ts")).listLocalImages(".")).filter(
        ({ name }) => !isRecent.has(lastingName(name) ?? name),
      ),
    );
    const connection = connectionFrom(args);
    for (const [from, kind] of [
      ["docker", "docker-daemon"],
      ["podman", "podman"],
    ] as const)
      ask(from, async () => (await import("../../../transports/daemon/list.ts")).listDaemonImages(kind, connection, signal, io.env));
    ask("containerd", async () =>
      (await import("../../../transports/containerd/list.ts")).listContainerdImages(connection, signal, io.env),
    );
    ask("storage", async () => (await import("../../../transports/containers-storage/list.ts")).listStoredImages(io.env));
    await Promise.all(asked);
  };
}
