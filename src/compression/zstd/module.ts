import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The part of the C library's streaming interface (zstd.h) that is used; pointers and sizes are 32-bit numbers. */
export interface ZstdModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  free(pointer: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

// Node's types do not declare it, only the browser's do.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: unknown } }>;
};

/** The library's WebAssembly in the package's file: Base64 of bytes that start with the magic number and version 1. */
const embedded = /"(AGFzbQEAAA[A-Za-z0-9+/]+={0,2})"/;

const require = createRequire(import.meta.url);

let module: Promise<ZstdModule> | null = null;

/** The C library's exports, compiled once per thread. */
export function loadZstdModule(): Promise<ZstdModule> {
  module ??= load();
  return module;
}

/**
 * Only the WebAssembly of zstddec is needed, so it is extracted from the file instead of importing the package: its decoding loop ignores
 * errors and never ends on damaged input, and it decodes the Base64 with `fetch`, which makes each thread load an HTTP client.
 */
async function load(): Promise<ZstdModule> {
  const { instance } = await WebAssembly.instantiate(codeIn(await readFile(packagePath(), "latin1")), imports);
  return instance.exports as ZstdModule;
}

let moduleNow: ZstdModule | null = null;

/** As `loadZstdModule`, but synchronous: a separate instance. */
export function loadZstdModuleNow(): ZstdModule {
  moduleNow ??= new WebAssembly.Instance(new WebAssembly.Module(codeIn(readFileSync(packagePath(), "latin1"))), imports)
    .exports as ZstdModule;
  return moduleNow;
}

/** All imports it needs; nothing keeps a view of its memory that would have to be updated. */
const imports = { env: { emscripten_notify_memory_growth: () => {} } };

function packagePath(): string {
  return require.resolve("zstddec/stream");
}

function codeIn(source: string): Buffer {
  const [, base64] = embedded.exec(source) ?? [];
  if (base64 === undefined) throw new Error(`${packagePath()} does not hold its WebAssembly where it used to`);
  return Buffer.from(base64, "base64");
}
