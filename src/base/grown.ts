export type NumericColumn = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** How many times as long a column becomes that is full. Memory that nobody writes to is none, but each shorter column is there until it is collected. */
export const growth = 4;

/** A longer copy of a column; what is new in it is 0. */
export function grown<T extends NumericColumn>(column: T, length: number): T {
  const Column = column.constructor as new (length: number) => T;
  const next = new Column(length);
  next.set(column);
  return next;
}
