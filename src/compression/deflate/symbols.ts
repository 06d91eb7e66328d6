/** Deflate's symbols for lengths and distances (RFC 1951, section 3.2.5). */
export const shortestMatch = 3;
export const longestMatch = 258;
/** Greatest distance of a match. */
export const windowBytes = 32 * 1024;

export const endOfBlock = 256;
/** The symbol of the shortest length; those below are bytes and the end of a block. */
export const firstLengthSymbol = 257;
export const literalSymbols = 286;
export const distanceSymbols = 30;

/** For each length symbol: the smallest length, and the number of extra bits that select the length. */
export const lengthBases = new Uint16Array(literalSymbols - firstLengthSymbol);
export const lengthExtraBits = new Uint8Array(literalSymbols - firstLengthSymbol);
/** From length to symbol, counted from the first length symbol. */
export const lengthSlots = new Uint8Array(longestMatch + 1);

export const distanceBases = new Uint16Array(distanceSymbols);
export const distanceExtraBits = new Uint8Array(distanceSymbols);
/** Symbols by distance minus one: one each below 256, then one for every 128. */
const distanceSlots = new Uint8Array(512);

/** The symbol of a distance, given as the distance minus one. */
export function distanceSlot(distanceLessOne: number): number {
  return distanceLessOne < 256 ? distanceSlots[distanceLessOne]! : distanceSlots[256 + (distanceLessOne >> 7)]!;
}

function fillLengths(): void {
  // The longest length has its own symbol.
  const last = lengthBases.length - 1;
  for (let slot = 0, base = shortestMatch; slot < last; slot += 1) {
    const extra = slot < 8 ? 0 : (slot - 4) >> 2;
    lengthBases[slot] = base;
    lengthExtraBits[slot] = extra;
    lengthSlots.fill(slot, base, base + (1 << extra));
    base += 1 << extra;
  }
  lengthBases[last] = longestMatch;
  lengthSlots[longestMatch] = last;
}

function fillDistances(): void {
  for (let slot = 0, base = 1; slot < distanceSymbols; slot += 1) {
    const extra = slot < 4 ? 0 : (slot - 2) >> 1;
    distanceBases[slot] = base;
    distanceExtraBits[slot] = extra;
    const [from, to] = [base - 1, base - 1 + (1 << extra)];
    if (from < 256) distanceSlots.fill(slot, from, to);
    else distanceSlots.fill(slot, 256 + (from >> 7), 256 + (to >> 7));
    base += 1 << extra;
  }
}

fillLengths();
fillDistances();
