export type NumericColumn = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** The factor by which a full column grows. Memory never written to costs nothing, but each outgrown column stays until it is collected. */
export const growth = 4;

/** A longer copy of a column, padded with 0. */
export function grown<T extends NumericColumn>(column: T, length: number): T {
  const Column = column.constructor as new (length: number) => T;
  const next = new Column(length);
  next.set(column);
  return next;
}
