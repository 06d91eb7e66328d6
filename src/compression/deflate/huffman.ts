/** Huffman codes by symbol frequency, as deflate uses them (RFC 1951, section 3.2.2). */
const mostSymbols = 288;
/** Longest code of any symbol. */
const longestCode = 15;
/** Deepest possible tree for a block of fewer than 2^32 symbols (Fibonacci frequencies are the worst case). */
const deepest = 47;

// A thread codes one block at a time, so these are reused.
const keys = new Float64Array(mostSymbols);
const symbols = new Uint16Array(mostSymbols);
const weights = new Float64Array(mostSymbols);
const countsByLength = new Uint32Array(deepest + 1);

/**
 * Code lengths of at most `limit` bits for the symbols that occur, 0 for the others. There are always at least two codes: a single one is
 * not complete, which some decoders refuse.
 */
export function codeLengths(frequencies: Uint32Array, limit: number, lengths: Uint8Array): void {
  lengths.fill(0);
  const count = sortByFrequency(frequencies);
  if (count < 2) {
    const only = count === 0 ? 0 : symbols[0]!;
    lengths[only] = 1;
    lengths[only === 0 ? 1 : 0] = 1;
    return;
  }
  measureTree(count);
  countDepths(count);
  shorten(limit);
  // The rarest have the longest codes.
  for (let length = 1, at = count; length <= limit; length += 1) {
    for (let left = countsByLength[length]!; left > 0; left -= 1) lengths[symbols[(at -= 1)]!] = length;
  }
}

/** Fills `symbols` and `weights` with the symbols that occur, rarest first. @returns how many */
function sortByFrequency(frequencies: Uint32Array): number {
  let count = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol += 1) {
    if (frequencies[symbol]! > 0) keys[count++] = frequencies[symbol]! * mostSymbols + symbol;
  }
  keys.subarray(0, count).sort();
  for (let i = 0; i < count; i += 1) {
    symbols[i] = keys[i]! % mostSymbols;
    weights[i] = Math.floor(keys[i]! / mostSymbols);
  }
  return count;
}

/** Turns weights into the depths of the tree's inner nodes, in place (Moffat and Katajainen, 1995). */
function measureTree(count: number): void {
  let [leaf, root] = [0, 0];
  const takeLighter = (next: number): number => {
    if (leaf >= count || (root < next && weights[root]! < weights[leaf]!)) {
      const weight = weights[root]!;
      weights[root] = next;
      root += 1;
      return weight;
    }
    leaf += 1;
    return weights[leaf - 1]!;
  };
  // A node replaces a leaf that has already been used.
  for (let next = 0; next < count - 1; next += 1) {
    const first = takeLighter(next);
    weights[next] = first + takeLighter(next);
  }
  weights[count - 2] = 0;
  for (let node = count - 3; node >= 0; node -= 1) weights[node] = weights[weights[node]!]! + 1;
}

/** Counts the leaves at each depth. */
function countDepths(count: number): void {
  countsByLength.fill(0);
  let node = count - 2;
  for (let depth = 0, places = 1; places > 0; depth += 1) {
    let inner = 0;
    for (; node >= 0 && weights[node] === depth; node -= 1) inner += 1;
    countsByLength[depth] = places - inner;
    places = 2 * inner;
  }
}

/** Moves leaves that are too deep up to the limit, and others down to make room. */
function shorten(limit: number): void {
  for (let length = limit + 1; length <= deepest; length += 1) {
    countsByLength[limit]! += countsByLength[length]!;
    countsByLength[length] = 0;
  }
  let taken = 0;
  for (let length = 1; length <= limit; length += 1) taken += countsByLength[length]! << (limit - length);
  for (; taken > 1 << limit; taken -= 1) {
    let shorter = limit - 1;
    while (countsByLength[shorter] === 0) shorter -= 1;
    countsByLength[limit]! -= 1;
    countsByLength[shorter]! -= 1;
    countsByLength[shorter + 1]! += 2;
  }
}

/** The codes for the lengths, with bits reversed, since they are written from the highest bit. */
export function codesOf(lengths: Uint8Array, codes: Uint16Array): void {
  const counts = new Uint16Array(longestCode + 1);
  for (const length of lengths) if (length > 0) counts[length]! += 1;
  const next = new Uint16Array(longestCode + 1);
  for (let length = 1; length <= longestCode; length += 1) next[length] = (next[length - 1]! + counts[length - 1]!) << 1;
  for (let symbol = 0; symbol < lengths.length; symbol += 1) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    codes[symbol] = reversed(next[length]!, length);
    next[length]! += 1;
  }
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let rest = code, left = length; left > 0; left -= 1, rest >>= 1) result = (result << 1) | (rest & 1);
  return result;
}
