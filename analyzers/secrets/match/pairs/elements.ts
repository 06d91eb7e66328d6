/** Values in XML elements; the cursor is after the name they belong to. */
import { greaterThan, identifierByte, lessThan, lf, slash } from "./bytes.ts";
import type { Cursor, Value } from "./cursor.ts";

/** `<x a="b">v</x>` */
export function elementValue(cursor: Cursor): Value | null {
  const most = Math.min(cursor.limit, cursor.at + 200);
  while (cursor.at < most && cursor.byte() !== greaterThan) {
    if (cursor.byte() === lessThan || cursor.byte() === lf) return null;
    cursor.step(1);
  }
  if (cursor.byte() !== greaterThan || cursor.bytes[cursor.at - 1] === slash) return null;
  return cursor.step(1).elementText();
}

/** `<key>x</key><string>v</string>`, `<name>x</name><value>v</value>` */
export function nextElementValue(cursor: Cursor): Value | null {
  const opening = /^<\/[\w:.-]{1,20}>\s{0,40}<[\w:.-]{1,20}>/.exec(cursor.ahead(120));
  return opening === null ? null : cursor.step(opening[0].length).elementText();
}

/** Whether the name, which follows a colon, is that of an element in a namespace: `<ns:name`. */
export function isTagPrefix(bytes: Uint8Array, nameStart: number): boolean {
  let at = nameStart - 2;
  const least = Math.max(0, at - 20);
  while (at > least && identifierByte[bytes[at]!] === 1) at -= 1;
  return at >= 0 && bytes[at] === lessThan;
}
