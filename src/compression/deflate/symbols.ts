/** The symbols that deflate writes lengths and distances with (RFC 1951, section 3.2.5). */
export const shortestMatch = 3;
export const longestMatch = 258;
/** How far back a match can lie. */
export const windowBytes = 32 * 1024;

export const endOfBlock = 256;
/** The symbol of the shortest length; those below are bytes, and the end of a block. */
export const firstLengthSymbol = 257;
export const literalSymbols = 286;
export const distanceSymbols = 30;

/** For each length symbol from the first: the least length, and the bits that follow to tell which. */
export const lengthBases = new Uint16Array(literalSymbols - firstLengthSymbol);
export const lengthExtraBits = new Uint8Array(literalSymbols - firstLengthSymbol);
/** Length to its symbol, counted from the first. */
export const lengthSlots = new Uint8Array(longestMatch + 1);

export const distanceBases = new Uint16Array(distanceSymbols);
export const distanceExtraBits = new Uint8Array(distanceSymbols);
/** Symbols of the distances less one below 256, then those of each further 128, which have one symbol together. */
const distanceSlots = new Uint8Array(512);

/** The symbol of a distance less one. */
export function distanceSlot(distanceLessOne: number): number {
  return distanceLessOne < 256 ? distanceSlots[distanceLessOne]! : distanceSlots[256 + (distanceLessOne >> 7)]!;
}

function fillLengths(): void {
  // The longest has a symbol of its own.
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
