/** Reads document and columns from the data in the page, which `src/report/html/pack.ts` writes. */
import type { PageData } from "../../../src/report/html/page-data.ts";

export interface ReadPage {
  readonly data: PageData;
  /** @throws {Error} when the page has no column of that name */
  column(name: string): Uint8Array;
}

export async function readPage(base64: string): Promise<ReadPage> {
  const packed = bytesOf(base64);
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const buffer = await new Response(stream).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const data = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as PageData;
  const columns = new Map<string, Uint8Array>();
  let at = 4 + length;
  for (const [name, bytes] of data.columns) {
    columns.set(name, new Uint8Array(buffer, at, bytes));
    at += bytes;
  }
  return {
    data,
    column(name) {
      const found = columns.get(name);
      if (found === undefined) throw new Error(`this page has no column ${name}`);
      return found;
    },
  };
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
