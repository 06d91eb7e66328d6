/** As much of protocol buffers' wire format as containerd's messages need: varints and length-delimited fields. */

import { BallastError } from "../../base/errors.ts";

/** Values by field number, in their order; varints as numbers, everything else as bytes. */
export type Message = ReadonlyMap<number, readonly (number | Buffer)[]>;

/** Wire types. */
const varint = 0;
const delimited = 2;
/** Bytes of a field by wire type, where the type fixes them. */
const fixedLengths: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [5, 4],
]);

/** Encodes texts and numbers; empty texts and zeros are left out, as the format expects. */
export function encode(fields: Readonly<Record<number, string | number>>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([number, value]) => {
      if (value === "" || value === 0) return [];
      if (typeof value === "number") return [encodeVarint(Number(number) * 8 + varint), encodeVarint(value)];
      const bytes = Buffer.from(value);
      return [encodeVarint(Number(number) * 8 + delimited), encodeVarint(bytes.length), bytes];
    }),
  );
}

/** @throws {BallastError} protocol-error for bytes that are not a message */
export function decode(bytes: Buffer): Message {
  try {
    return fieldsOf(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new BallastError("protocol-error", "containerd answers with bytes that are not a message of its API", { cause: error });
  }
}

/** @throws {RangeError} when the bytes end too early */
function fieldsOf(bytes: Buffer): Message {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = number();
    const field = Math.floor(key / 8);
    const kind = key & 7;
    let value: number | Buffer;
    if (kind === varint) value = number();
    else {
      const length = kind === delimited ? number() : fixedLengths.get(kind);
      if (length === undefined) throw new RangeError("a field is of no kind that Protocol Buffers have");
      if (at + length > bytes.length) throw new RangeError("a field reaches beyond its message");
      value = bytes.subarray(at, at + length);
      at += length;
    }
    const values = fields.get(field);
    if (values === undefined) fields.set(field, [value]);
    else values.push(value);
  }
  return fields;
}

/** The last value of a field, as the format requires for fields that are not repeated. */
export function text(message: Message, field: number): string {
  const value = message.get(field)?.at(-1);
  return Buffer.isBuffer(value) ? value.toString() : "";
}

export function messages(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).filter((value) => Buffer.isBuffer(value)).map(decode);
}

export function integer(message: Message, field: number): number {
  const value = message.get(field)?.at(-1);
  return typeof value === "number" ? value : 0;
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
