import type { ZstdDecoder } from "./decoder.ts";
import { createNativeDecoder } from "./native-decoder.ts";

/** A zstd decoder: Node's own if there is one, else WebAssembly. */
export async function createZstdDecoder(): Promise<ZstdDecoder> {
  return createNativeDecoder() ?? createWasmDecoder();
}

/** Loaded only when needed: its library is compiled in every thread. */
async function createWasmDecoder(): Promise<ZstdDecoder> {
  const { loadZstdModule } = await import("./module.ts");
  const { WasmZstdDecoder } = await import("./wasm-decoder.ts");
  return new WasmZstdDecoder(await loadZstdModule());
}
