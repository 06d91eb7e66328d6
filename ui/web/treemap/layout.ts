/**
 * Squarified rectangles (d3-hierarchy's tiling) whose areas are proportional to bytes on every level, without margins, which would make
 * small ones disappear. Only what can be seen is laid out: a directory of a few pixels is one rectangle, so a large tree costs no more than
 * a small one.
 */
import { treemapSquarify } from "d3-hierarchy";
import type { HierarchyRectangularNode } from "d3-hierarchy";

/** The tree to map; nodes are numbers. */
export interface Mappable {
  childrenOf(at: number): number[];
  hasChildren(at: number): boolean;
  size(at: number): number;
}

export interface Cell {
  readonly at: number;
  /** 0 for the node that fills the map. */
  readonly depth: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Drawn whole: a file, or a directory too small to look into. */
  readonly isLeaf: boolean;
}

/** The least area in square pixels, and shorter side in pixels, of a directory whose content is shown. */
const leastArea = 160;
const leastSide = 7;
/** Cells with fewer square pixels are not drawn. */
const invisible = 0.2;

interface Tile {
  readonly at: number;
  readonly value: number;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** The cells of a map, parents before their children. */
export function layOut(map: Mappable, root: number, width: number, height: number): Cell[] {
  const cells: Cell[] = [];
  const stack: Cell[] = [{ at: root, depth: 0, x: 0, y: 0, width, height, isLeaf: !map.hasChildren(root) }];
  for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
    cells.push(cell);
    if (cell.isLeaf) continue;
    for (const { at, x0, y0, x1, y1 } of tilesOf(map, cell)) {
      const [w, h] = [x1 - x0, y1 - y0];
      if (w * h < invisible) continue;
      const isLeaf = !map.hasChildren(at) || w * h < leastArea || Math.min(w, h) < leastSide;
      stack.push({ at, depth: cell.depth + 1, x: x0, y: y0, width: w, height: h, isLeaf });
    }
  }
  return cells;
}

function tilesOf(map: Mappable, { at, x, y, width, height }: Cell): Tile[] {
  const tiles: Tile[] = [];
  for (const child of map.childrenOf(at)) {
    const value = map.size(child);
    if (value > 0) tiles.push({ at: child, value, x0: 0, y0: 0, x1: 0, y1: 0 });
  }
  if (tiles.length === 0) return tiles;
  tiles.sort((a, b) => b.value - a.value || a.at - b.at);
  // Bytes at the directory itself (of a file that it replaced) have no tile; their area is left to the directory.
  const parent = { value: map.size(at), children: tiles };
  treemapSquarify(parent as unknown as HierarchyRectangularNode<unknown>, x, y, x + width, y + height);
  return tiles;
}

/** The deepest cell under a point. */
export function cellAt(cells: readonly Cell[], x: number, y: number): Cell | null {
  let found: Cell | null = null;
  for (const cell of cells) {
    const isInside = x >= cell.x && x < cell.x + cell.width && y >= cell.y && y < cell.y + cell.height;
    if (isInside && (found === null || cell.depth >= found.depth)) found = cell;
  }
  return found;
}

export type Direction = "left" | "right" | "up" | "down";

const steps: Readonly<Record<Direction, readonly [x: number, y: number]>> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

/** The neighbour of a cell on the same level: the one whose middle is nearest in that direction; null at the edge. */
export function neighbour(cells: readonly Cell[], from: Cell, direction: Direction): Cell | null {
  const middle = (cell: Cell): readonly [number, number] => [cell.x + cell.width / 2, cell.y + cell.height / 2];
  const [fromX, fromY] = middle(from);
  let best: Cell | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const cell of cells) {
    if (cell.depth !== from.depth || cell === from) continue;
    const [x, y] = middle(cell);
    const [stepX, stepY] = steps[direction];
    const along = stepX * (x - fromX) + stepY * (y - fromY);
    const across = stepX === 0 ? x - fromX : y - fromY;
    if (along <= 0) continue;
    const distance = along + 2 * Math.abs(across);
    if (distance < least) [best, least] = [cell, distance];
  }
  return best;
}
