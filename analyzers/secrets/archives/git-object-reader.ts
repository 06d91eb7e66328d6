/** Loose objects of a git repository (gitformat-loose): recent commits, including what a later commit removed again. */
import { WholeFileReader, unpackMember } from "./archive-reader.ts";

/** For SHA-1 and SHA-256, in a work tree, a bare repository or a submodule. */
const objectPath = /(?:^|\/)objects\/[0-9a-f]{2}\/(?:[0-9a-f]{38}|[0-9a-f]{62})$/;
const zlibMethod = 0x78;

/** Recognised by place and zlib header (RFC 1950), whose two bytes alone would not be enough. */
export function isGitObject(path: string, head: Buffer): boolean {
  return head[0] === zlibMethod && head.length > 2 && head.readUInt16BE(0) % 31 === 0 && objectPath.test(path);
}

/** An archive with one member, named after the object's type. Trees are skipped, because they hold only names. */
export class GitObjectReader extends WholeFileReader {
  protected override readWhole(packed: Buffer): void {
    const bytes = unpackMember(packed, "zlib", "an object of git", this.budget, this.handler);
    if (bytes === null) return;
    // The content follows `blob 1234` and a zero byte.
    const header = /^(blob|commit|tag) \d{1,15}\0/.exec(bytes.toString("latin1", 0, 32));
    if (header === null) return;
    const content = bytes.subarray(header[0].length);
    if (content.length === 0 || !this.handler.begin(header[1]!, content.length)) return;
    this.handler.data(content);
    this.handler.end();
  }
}
