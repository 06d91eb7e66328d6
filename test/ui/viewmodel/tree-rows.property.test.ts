import { expect, it } from "vitest";

import { array, assert, boolean, constantFrom, integer, property, record } from "../../helpers/draws.ts";
import type { FileNode } from "../../../src/filesystem/file-tree.ts";
import { FilesModel } from "../../../ui/viewmodel/files/files.ts";
import { buildRollups } from "../../../ui/viewmodel/files/rollups.ts";
import { inodeAt } from "../../../src/filesystem/compare.ts";
import { changes } from "../../../ui/viewmodel/view.ts";
import { treeOf } from "../../helpers/trees/tree-fixture.ts";

const names = ["a", "b", "c"];
const entry = record({
  path: array(constantFrom(...names), { minLength: 1, maxLength: 3 }),
  kind: constantFrom("file", "directory", "whiteout"),
  size: integer({ min: 0, max: 50 }),
});
const layer = array(entry, { maxLength: 8 });
const step = record({ row: integer({ min: 0, max: 40 }), what: constantFrom("toggle", "all", "hide", "sort", "view"), flag: boolean() });

function toEntry({ path, kind, size }: { path: string[]; kind: string; size: number }) {
  const parent = path.slice(0, -1).join("/");
  const name = path.at(-1)!;
  if (kind === "directory") return { path: `${path.join("/")}/` };
  if (kind === "whiteout") return { path: `${parent === "" ? "" : `${parent}/`}.wh.${name}` };
  return { path: path.join("/"), size };
}

/** The visible rows the slow way: every child looked at, every directory sorted. */
function slowRows(files: FilesModel, directory: FileNode, visible: ReadonlySet<FileNode>): FileNode[] {
  const children = [...(directory.children ?? new Map<string, FileNode>()).values()].filter((child) => visible.has(child));
  const byName = (a: FileNode, b: FileNode) => (a.name < b.name ? -1 : 1);
  // What a view changed comes before what it did not.
  const rank = (node: FileNode) => (files.view.base >= 0 && files.change(node) === "unmodified" ? 1 : 0);
  children.sort((a, b) => (files.sort === "size" ? rank(a) - rank(b) || files.bytes(b) - files.bytes(a) || byName(a, b) : byName(a, b)));
  return children.flatMap((child) => [child, ...(files.isOpen(child) ? slowRows(files, child, visible) : [])]);
}

function visibleNodes(files: FilesModel): Set<FileNode> {
  const visible = new Set<FileNode>();
  const visit = (node: FileNode): boolean => {
    let below = false;
    for (const child of node.children?.values() ?? []) below = visit(child) || below;
    if (node.parent === null) return below;
    const exists = inodeAt(node, files.view.top) !== null || inodeAt(node, files.view.base) !== null;
    if (!exists || (!below && files.hidden.has(files.change(node)))) return false;
    visible.add(node);
    return true;
  };
  visit(files.tree!.root);
  return visible;
}

it("rows found by index are the rows a full walk finds, whatever is opened, hidden or viewed", () => {
  assert(
    property(array(layer, { minLength: 1, maxLength: 4 }), array(step, { maxLength: 12 }), (layers, steps) => {
      const tree = treeOf(...layers.map((entries) => entries.map(toEntry)));
      const files = new FilesModel();
      files.setView({ base: -1, top: layers.length - 1 });
      files.load(tree, buildRollups(tree), () => null);
      for (const { row, what, flag } of steps) {
        if (what === "toggle") {
          files.cursor.to(row);
          files.toggle();
        } else if (what === "all") files.toggleAll();
        else if (what === "hide") files.toggleHidden(changes[row % changes.length]!);
        else if (what === "sort") files.toggleSort();
        else {
          const top = row % layers.length;
          files.setView({ base: flag ? top - 1 : -1, top });
        }
        const expected = slowRows(files, tree.root, visibleNodes(files));
        const found = Array.from({ length: files.count }, (_, i) => files.row(i)!.node);
        expect(found.map(({ path }) => path)).toEqual(expected.map(({ path }) => path));
        expected.forEach((node, i) => expect(files.rows!.indexOf(node)).toBe(i));
        for (const [i, node] of expected.entries())
          expect(expected.map((other) => files.rows!.isBefore(other, node))).toEqual(expected.map((_, other) => other < i));
      }
    }),
    { numRuns: 300 },
  );
});

it("roll-ups are the sums a full walk gives after every layer", () => {
  assert(
    property(array(layer, { minLength: 1, maxLength: 4 }), (layers) => {
      const tree = treeOf(...layers.map((entries) => entries.map(toEntry)));
      const rollups = buildRollups(tree);
      const sumBelow = (directory: FileNode, top: number): { bytes: number; nodes: number } => {
        const sum = { bytes: 0, nodes: 0 };
        for (const child of directory.children?.values() ?? []) {
          const inode = inodeAt(child, top);
          const below = sumBelow(child, top);
          sum.bytes += (inode?.bytes ?? 0) + below.bytes;
          sum.nodes += (inode === null ? 0 : 1) + below.nodes;
        }
        return sum;
      };
      const check = (node: FileNode): void => {
        for (let top = 0; top < layers.length; top += 1) {
          expect({ bytes: rollups.bytesAt(node, top), nodes: rollups.nodesAt(node, top) }).toEqual(sumBelow(node, top));
        }
        for (const child of node.children?.values() ?? []) check(child);
      };
      check(tree.root);
    }),
    { numRuns: 300 },
  );
});
