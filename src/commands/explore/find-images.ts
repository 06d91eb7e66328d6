/** Images that could be opened: of the engines here, in this directory, and those looked at last. */
import { connectionFrom } from "../flags/connection-flags.ts";
import type { AnalysisArguments } from "../flags/analysis-flags.ts";
import { lastingName, nameHere } from "./names.ts";
import type { ExploreMemory } from "./memory.ts";
import type { FoundImage, ImageFinder } from "../../../ui/viewmodel/picker.ts";
import type { ListedImage } from "../../transports/daemon/list.ts";
import type { CommandIo } from "../command.ts";

export function imageFinder(args: AnalysisArguments, io: CommandIo, memory: ExploreMemory): ImageFinder {
  return async (found, signal) => {
    const asked: Promise<void>[] = [];
    const ask = (from: string, list: () => Promise<readonly ListedImage[]>): void => {
      asked.push(
        list().then(
          (images) => found(images.map((image): FoundImage => ({ ...image, from }))),
          // An engine that is not there has no images.
          () => {},
        ),
      );
    };
    // What was removed since is no image any more, and what lies here was already named.
    const recent = memory.recent().filter(({ name }) => lastingName(name) === name);
    const isRecent = new Set(recent.map(({ name }) => name));
    ask("recent", async () =>
      recent.map(({ name, at }) => {
        const here = nameHere(name, io.env);
        return { name: here, title: here, bytes: null, created: at };
      }),
    );
    ask("here", async () =>
      (await (await import("../../transports/local-images.ts")).listLocalImages(".")).filter(
        ({ name }) => !isRecent.has(lastingName(name) ?? name),
      ),
    );
    const connection = connectionFrom(args);
    for (const [from, kind] of [
      ["docker", "docker-daemon"],
      ["podman", "podman"],
    ] as const)
      ask(from, async () => (await import("../../transports/daemon/list.ts")).listDaemonImages(kind, connection, signal, io.env));
    ask("containerd", async () => (await import("../../transports/containerd/list.ts")).listContainerdImages(connection, signal, io.env));
    ask("storage", async () => (await import("../../transports/containers-storage/list.ts")).listStoredImages(io.env));
    await Promise.all(asked);
  };
}
