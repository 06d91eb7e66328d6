/** Writes PAX records (POSIX pax, "pax Header Block"). */

/** Key and value, both byte strings; the value may hold anything. */
export type PaxRecord = readonly [key: string, value: string];

export function encodePaxRecords(records: readonly PaxRecord[]): Buffer {
  return Buffer.from(records.map(encodeRecord).join(""), "latin1");
}

/** A record begins with its own length, which counts its own digits. */
function encodeRecord([key, value]: PaxRecord): string {
  const rest = key.length + value.length + 3;
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length += 1;
  return `${length} ${key}=${value}\n`;
}
