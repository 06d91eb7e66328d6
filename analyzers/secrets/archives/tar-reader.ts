/** Tar archives inside a layer. */
import { BallastError } from "../../../src/base/errors.ts";
import { EntryType } from "../../../src/tar/entry.ts";
import { TarParser } from "../../../src/tar/read/parser.ts";
import type { ArchiveReader, MemberHandler } from "./archive-reader.ts";

const limits = { maxEntries: 1_000_000, maxMetadataBytes: 64 * 1024 * 1024 };

export class TarReader implements ArchiveReader {
  readonly #parser: TarParser;
  readonly #handler: MemberHandler;
  #failed = false;

  constructor(handler: MemberHandler) {
    this.#handler = handler;
    this.#parser = new TarParser(
      {
        entry: ({ type, path, storedSize }) => type === EntryType.file && storedSize > 0 && handler.begin(path, storedSize),
        data: (chunk) => handler.data(chunk),
        endEntry: () => handler.end(),
      },
      limits,
    );
  }

  write(chunk: Buffer): void {
    this.#try(() => this.#parser.write(chunk));
  }

  end(): void {
    this.#try(() => this.#parser.end());
  }

  /** A damaged archive inside a layer is reported, but does not make the layer invalid. */
  #try(step: () => void): void {
    if (this.#failed) return;
    try {
      step();
    } catch (error) {
      // A rule that takes too long is not the archive's fault.
      if (!(error instanceof BallastError) || error.code === "bad-config") throw error;
      this.#failed = true;
      this.#handler.cutShort("is damaged, and its rest was not looked at");
    }
  }
}
