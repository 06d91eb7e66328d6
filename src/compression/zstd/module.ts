import type { ZSTDDecoder } from "zstddec/stream";

/** What is used of the C library's streaming interface (zstd.h); pointers and sizes are 32-bit numbers. */
export interface ZstdModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

let module: Promise<ZstdModule> | null = null;

/** The C library's exports, compiled once per thread. */
export function loadZstdModule(): Promise<ZstdModule> {
  module ??= load();
  return module;
}

/**
 * zstddec's own decoding loop never looks at errors, so it spins for ever on damaged input. Only its WebAssembly is wanted, and the method
 * that it hands the instance to is the way to it; a test guards that it stays so.
 */
async function load(): Promise<ZstdModule> {
  const { ZSTDDecoder } = await import("zstddec/stream");
  let found: ZstdModule | null = null;
  class Capture extends (ZSTDDecoder as new () => ZSTDDecoder) {
    override _init = (result: { instance: { exports: unknown } }): void => {
      found = result.instance.exports as ZstdModule;
      ZSTDDecoder.prototype._init.call(this, result as never);
    };
  }
  await new Capture().init();
  if (found === null) throw new Error("zstddec does not hand out its WebAssembly instance");
  return found;
}
