/** An image that takes a while and some room to read and to write: what is interrupted, cut off and filled up. */
import { createHash } from "node:crypto";

import { dockerArchive } from "../image-fixture.ts";
import { file, symlink, whiteout } from "../tar-fixture.ts";

/** Bytes that do not compress, the same for the same name. */
function noise(name: string, bytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes; at += 32) pieces.push(createHash("sha256").update(`${name} ${at}`).digest());
  return Buffer.concat(pieces).subarray(0, bytes);
}

/** About 3 MB in three layers, of which 1 MB is dead; or a share of that. */
export function faultImage(share = 1): Buffer {
  const large = 1_000_000 * share;
  const many = Array.from({ length: 300 * share }, (_, index) => file(`srv/${index % 17}/file-${index}`, noise(`${index}`, 3000)));
  return dockerArchive(
    {
      layers: [
        [file("old", noise("old", large)), file("app", noise("app", large))],
        { content: [whiteout("old"), ...many], createdBy: "RUN rm old" },
        [symlink("current", "app"), file("etc/motd", "hello")],
      ],
      config: { User: "app", Cmd: ["/app"] },
      tags: ["fault/image:1"],
    },
    { shape: "25" },
  );
}
