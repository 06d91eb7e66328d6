/** Loose objects of a git repository (gitformat-loose): what was committed last, also what a later commit took out again. */
import { WholeFileReader, tooLargeToUnpack, unpackMember } from "./archive-reader.ts";
import type { MemberHandler } from "./archive-reader.ts";
import type { UnpackBudget } from "./limits.ts";

/** Of SHA-1 and of SHA-256, in a work tree, a bare repository or a submodule. */
const objectPath = /(?:^|\/)objects\/[0-9a-f]{2}\/(?:[0-9a-f]{38}|[0-9a-f]{62})$/;
const zlibMethod = 0x78;

/** By its place and zlib's two bytes (RFC 1950), which alone say too little. */
export function isGitObject(path: string, head: Buffer): boolean {
  return head[0] === zlibMethod && head.length > 2 && head.readUInt16BE(0) % 31 === 0 && objectPath.test(path);
}

/** An archive of one member, called what the object is. Trees hold names alone. */
export class GitObjectReader extends WholeFileReader {
  readonly #budget: UnpackBudget;
  readonly #handler: MemberHandler;

  constructor(budget: UnpackBudget, handler: MemberHandler) {
    super();
    this.#budget = budget;
    this.#handler = handler;
  }

  protected override tooLarge(): void {
    this.#handler.cutShort(tooLargeToUnpack);
  }

  protected override readWhole(packed: Buffer): void {
    const bytes = unpackMember(packed, "zlib", "an object of git", this.#budget, this.#handler);
    if (bytes === null) return;
    // `blob 1234` and a zero byte stand before the content.
    const header = /^(blob|commit|tag) \d{1,15}\0/.exec(bytes.toString("latin1", 0, 32));
    if (header === null) return;
    const content = bytes.subarray(header[0].length);
    if (content.length === 0 || !this.#handler.begin(header[1]!, content.length)) return;
    this.#handler.data(content);
    this.#handler.end();
  }
}
