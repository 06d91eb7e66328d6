import { expect, it } from "vitest";

import { array, assert, nat, property, record, tuple } from "../../helpers/draws.ts";
import { installed } from "../../../analyzers/packages/ecosystems/installed.ts";
import { immediateDominators } from "../../../analyzers/packages/graph/dominators.ts";
import { edgesOf } from "../../../analyzers/packages/graph/edges.ts";
import { reachable } from "../../../analyzers/packages/graph/reach.ts";

const graphs = record({
  size: nat(11).map((count) => count + 1),
  edges: array(tuple(nat(11), nat(11)), { maxLength: 30 }),
  roots: array(nat(11), { minLength: 1, maxLength: 4 }),
}).map(({ size, edges, roots }) => {
  const targets: number[][] = Array.from({ length: size }, () => []);
  for (const [from, to] of edges) if (from < size && to < size && from !== to) targets[from]!.push(to);
  const asked = roots.filter((root) => root < size);
  const reached = reachable(size, asked, (from) => targets[from]!);
  // What no root reaches stands for itself.
  return {
    size,
    targets,
    roots: [...new Set([...asked, ...targets.keys()].filter((node) => asked.includes(node) || reached[node] === 0))],
  };
});

it("a package dominates what can no longer be reached when it is taken away", () => {
  assert(
    property(graphs, ({ size, targets, roots }) => {
      const dominators = immediateDominators(size, roots, (node) => targets[node]!);
      const all = reachable(size, roots, (from) => targets[from]!);
      for (let taken = 0; taken < size; taken += 1) {
        const rest = reachable(
          size,
          roots.filter((root) => root !== taken),
          (from) => targets[from]!.filter((to) => to !== taken),
        );
        for (let node = 0; node < size; node += 1) {
          if (all[node] === 0 || node === taken) continue;
          let above = dominators[node]!;
          while (above >= 0 && above !== taken) above = dominators[above]!;
          expect({ taken, node, isDominated: above === taken }).toEqual({ taken, node, isDominated: rest[node] === 0 });
        }
      }
    }),
    { numRuns: 500 },
  );
});

it("a chain and a circle of a hundred thousand take no stack and no square of time", () => {
  const size = 100_000;
  const chain = immediateDominators(size, [0], (node) => (node + 1 < size ? [node + 1] : []));
  expect(chain[size - 1]).toBe(size - 2);
  const circle = immediateDominators(size, [], (node) => [(node + 1) % size, 0]);
  expect(circle[0]).toBe(-1);
});

it("a package asks for its own architecture, and for another one only where there is none of that", () => {
  const debian = (name: string, architecture: string, needs: readonly string[] = [], provides: readonly string[] = []) =>
    installed({ ecosystem: "dpkg", name, version: "1", evidence: "status", architecture, needs: needs.map((need) => [need]), provides });
  const packages = [
    debian("dpkg", "amd64", ["libc6"]),
    debian("libc6", "amd64"),
    debian("libc6", "i386"),
    debian("wine32", "i386", ["libc6", "tar", "fonts"]),
    debian("tar", "amd64"),
    debian("script", "all", ["libc6", "mail"]),
    debian("exim", "amd64", [], ["mail"]),
    debian("fonts", "all"),
  ];
  const { needs } = edgesOf(packages, () => null);
  expect(needs).toEqual([[1], [], [], [2, 4, 7], [], [1, 6], [], []]);
});
