import type { ZstdDecoder } from "./decoder.ts";
import { createNativeDecoder } from "./native-decoder.ts";

/** A decoder of zstd: Node's where it has one, WebAssembly elsewhere. */
export async function createZstdDecoder(): Promise<ZstdDecoder> {
  return createNativeDecoder() ?? createWasmDecoder();
}

/** Loaded only where it is used: its library is compiled in every thread. */
async function createWasmDecoder(): Promise<ZstdDecoder> {
  const { loadZstdModule } = await import("./module.ts");
  const { WasmZstdDecoder } = await import("./wasm-decoder.ts");
  return new WasmZstdDecoder(await loadZstdModule());
}
