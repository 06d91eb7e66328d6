/** Completes the name of an image that is being typed, as a shell completes paths. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { leadsToDirectory, listLocalImages } from "../../../transports/local-images.ts";
import type { FoundImage, ImageCompleter } from "../../../../ui/viewmodel/picker.ts";
import { fromHome } from "./names.ts";

/** A transport whose names are paths, the directory so far, and the start of a name in it. */
const pathTyped = /^((?:docker-archive|oci-archive|oci|dir):)?(?:(.*)\/)?([^/]*)$/s;
/** Any other transport, which is not followed by a path. */
const otherTransport = /^[a-z][a-z-]*:/;

/** Images and directories that match the typed path. Their names start as typed, including `~` and transport. */
export function imageCompleter(env: Readonly<Record<string, string | undefined>>): ImageCompleter {
  return async (typed) => {
    const [, transport = "", parent, stem = ""] = pathTyped.exec(typed)!;
    if (transport === "" && otherTransport.test(typed)) return [];
    const before = `${transport}${parent === undefined ? "" : `${parent}/`}`;
    const directory = parent === undefined ? "." : fromHome(parent, env) || "/";
    const [entries, images] = await Promise.all([readdir(directory, { withFileTypes: true }), listLocalImages(directory)]);
    const nameOf = ({ title }: { readonly title: string }): string => title.replace(/\/$/, "");
    const isImage = new Map(images.map((image) => [nameOf(image), image]));
    const candidates = await Promise.all(
      entries
        .filter(({ name }) => name.startsWith(stem) && (stem !== "" || !name.startsWith(".")))
        .map(async (entry): Promise<FoundImage[]> => {
          const image = isImage.get(entry.name);
          const text = `${before}${entry.name}`;
          if (image !== undefined) return [{ ...image, name: text, title: text, from: "here" }];
          const isDirectory = await leadsToDirectory(join(directory, entry.name), entry);
          return isDirectory ? [{ name: `${text}/`, title: `${text}/`, from: "directory", bytes: null, created: null }] : [];
        }),
    );
    return candidates.flat();
  };
}
