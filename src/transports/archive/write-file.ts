/** Archives as files: written next to the target under another name, then renamed, so that a reader never sees half of one. */
import { checkWritable, outputTarget, writeUndoable } from "../../base/files/output-file.ts";
import type { WrittenFile } from "../../base/files/output-file.ts";
import type { Destination, Outgoing } from "../transport.ts";
import { archiveStream } from "./write-archive.ts";

/** `docker-archive:FILE[:TAG]` and `oci-archive:FILE[:TAG]`. */
export function archiveDestination(transport: "docker-archive" | "oci-archive", file: string, tag: string | null): Destination {
  const name = `${transport}:${file}${tag === null ? "" : `:${tag}`}`;
  /** False for a device, a pipe or a descriptor, which keeps nothing that could be read again or removed. */
  let isStored = true;
  let written: WrittenFile | null = null;
  return {
    name,
    transport,
    get reopenName() {
      return isStored ? `${transport}:${file}` : null;
    },
    async check({ force }) {
      const target = await outputTarget(file, force);
      isStored = target.kind === "file";
      await checkWritable(target, name);
    },
    async write(outgoing: Outgoing, options) {
      const stream = archiveStream(outgoing, {
        style: transport === "docker-archive" ? "docker" : "oci",
        tags: tag === null ? outgoing.tags : [tag],
        onProgress: options.onProgress,
      });
      written = await writeUndoable(file, stream, options);
    },
    async remove() {
      const taken = written;
      written = null;
      await taken?.undo();
    },
    async keep() {
      await written?.keep();
    },
  };
}
