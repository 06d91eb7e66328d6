import type { BlockEnd } from "./block-end.ts";
import { mostBlockBytes } from "./block.ts";
import type { Block } from "./block.ts";
import type { Effort } from "./levels.ts";
import type { MatchFinder } from "./match-finder.ts";
import { longestMatch, shortestMatch } from "./symbols.ts";

/** With fewer bytes left, matches are not searched for. */
const leastToSearch = 5;
/** A match of three bytes that is further away takes more bits than the bytes. */
const furthestShortMatch = 8192;
/** After every 2,048 bytes without a longer match, one more position is skipped per search: such data is compressed already. */
const patienceBits = 11;
const mostPassedOver = 4;
const mostMissed = mostPassedOver << patienceBits;
const someLength = 5;

export interface Input {
  readonly bytes: Uint8Array;
  readonly end: number;
}

export interface Parser {
  readonly finder: MatchFinder;
  readonly block: Block;
  readonly blockEnd: BlockEnd;
}

/**
 * Fills the block with the input from `start`, with lazy matching: a match is deferred if one that starts later is better.
 *
 * @param shortest shorter matches are not used
 * @returns where the block ends
 */
export function parseBlock(
  { finder, block, blockEnd }: Parser,
  { bytes, end }: Input,
  start: number,
  effort: Effort,
  shortest: number,
): number {
  const { depth, enough, lookAhead } = effort;
  const stop = Math.min(end, start + mostBlockBytes);
  block.start();
  blockEnd.start();
  const addByte = (byte: number): void => {
    block.addByte(byte);
    blockEnd.sawByte(byte);
  };
  const find = (at: number, beaten: number, tries: number): number =>
    finder.find(at, beaten, Math.min(end - at, longestMatch), tries, enough);

  let at = start;
  let missed = 0;
  while (at < stop && !blockEnd.isReached(at - start, end - at)) {
    let length = end - at < leastToSearch ? 0 : find(at, shortest - 1, depth);
    let distance = finder.distance;
    if (length < shortest || (length === shortestMatch && distance > furthestShortMatch)) {
      if (missed < mostMissed) missed += 1;
      const next = Math.min(at + 1 + (missed >> patienceBits), stop);
      for (; at < next; at += 1) addByte(bytes[at]!);
      continue;
    }
    if (length >= someLength) missed = 0;
    // The first position that the finder does not have yet.
    let known = at + 1;
    for (let ahead = 1; ahead <= lookAhead && length < enough && end - known >= leastToSearch;) {
      const later = find(known, length - 1, triesAhead(depth, length, ahead));
      known += 1;
      if (later >= length && gain(length, distance, later, finder.distance) > (ahead === 1 ? 2 : 6)) {
        for (; at < known - 1; at += 1) addByte(bytes[at]!);
        length = later;
        distance = finder.distance;
        ahead = 1;
      } else ahead += 1;
    }
    block.addMatch(length, distance);
    blockEnd.sawMatch(length);
    at += length;
    if (known < at) finder.insert(known, at);
  }
  return at;
}

/** The longer the match, the fewer tries for one that starts later. */
function triesAhead(depth: number, length: number, ahead: number): number {
  return Math.max(depth >> (length >= 8 ? ahead + 1 : ahead), 1);
}

/** Gain of the other match, roughly in quarters of a byte: a longer match saves bytes, a closer one bits. */
function gain(length: number, distance: number, otherLength: number, otherDistance: number): number {
  return 4 * (otherLength - length) + (Math.clz32(otherDistance) - Math.clz32(distance));
}
