/** Why each package is there: the shortest way to it from what was requested, hard needs first. */
import type { InstalledPackage, Reason } from "../model.ts";
import type { Edges } from "./edges.ts";

export interface Reached {
  readonly reasons: readonly Reason[];
  /** Packages that are there for themselves, in order of their index. */
  readonly roots: readonly number[];
  /** True for a package that is there only because it, or something that needs it, is recommended. */
  readonly isRecommended: readonly boolean[];
  readonly isOrphan: readonly boolean[];
}

/** From strong to weak: what a stronger kind reaches is not there because of a weaker one. */
const kinds = [
  ["develops", "development"],
  ["recommends", "recommended"],
  ["suggests", "suggested"],
] as const;
const strength = ["needs", ...kinds.map(([edge]) => edge)];

export function reach(packages: readonly InstalledPackage[], edges: Edges): Reached {
  const search = new Search(packages.length, edges);
  const asked = packages.flatMap(({ automatic, essential }, index) => (automatic === false || essential ? [index] : []));
  for (const index of asked) search.begin(index, "requested");
  const roots = [...asked];
  // Without a record, whatever no other package needs counts as requested; in a cycle that nothing needs, its first package.
  const wanted = neededByOthers(edges, packages.length);
  const unknown = packages.flatMap(({ automatic, essential }, index) => (automatic === null && !essential ? [index] : []));
  for (const index of unknown.filter((each) => !wanted[each])) {
    search.begin(index, "unknown");
    roots.push(index);
  }
  search.run();
  for (const index of unknown) {
    if (search.reasons[index] !== undefined) continue;
    search.begin(index, "unknown");
    roots.push(index);
    search.run();
  }
  const reasons = packages.map((_, index): Reason => search.reasons[index] ?? { kind: "orphan" as const, by: null, root: index });
  return {
    reasons,
    roots: roots.toSorted((a, b) => a - b),
    isRecommended: packages.map((_, index) => search.phases[index] === "recommends"),
    isOrphan: reasons.map(({ kind }) => kind === "orphan"),
  };
}

class Search {
  readonly reasons: (Reason | undefined)[];
  /** The weakest kind of edge on the way to each. */
  readonly phases: (keyof Edges)[] = [];
  readonly #edges: Edges;
  /** Everything reached so far, in order, and how many of these have had their edges of each kind followed. */
  readonly #reached: number[] = [];
  readonly #followed = { needs: 0, develops: 0, recommends: 0, suggests: 0 };

  constructor(size: number, edges: Edges) {
    this.#edges = edges;
    this.reasons = Array.from({ length: size });
  }

  begin(index: number, kind: Reason["kind"]): void {
    if (this.reasons[index] !== undefined) return;
    this.reasons[index] = { kind, by: null, root: index };
    this.phases[index] = "needs";
    this.#reached.push(index);
  }

  /** Follows a weaker edge only when no stronger one is left. */
  run(): void {
    this.#followNeeds();
    for (let isDone = false; !isDone;) {
      isDone = true;
      for (const [edge, kind] of kinds) {
        for (; this.#followed[edge] < this.#reached.length; this.#followed[edge] += 1) {
          this.#follow(this.#reached[this.#followed[edge]]!, edge, kind);
          this.#followNeeds();
          isDone = false;
        }
      }
    }
  }

  #followNeeds(): void {
    for (; this.#followed.needs < this.#reached.length; this.#followed.needs += 1)
      this.#follow(this.#reached[this.#followed.needs]!, "needs", "dependency");
  }

  #follow(by: number, edge: keyof Edges, kind: Reason["kind"]): void {
    for (const index of this.#edges[edge][by]!) {
      if (this.reasons[index] !== undefined) continue;
      const before = this.phases[by]!;
      this.reasons[index] = { kind, by, root: this.reasons[by]!.root };
      this.phases[index] = strength.indexOf(edge) > strength.indexOf(before) ? edge : before;
      this.#reached.push(index);
    }
  }
}

function neededByOthers({ needs, recommends }: Edges, size: number): Uint8Array {
  const wanted = new Uint8Array(size);
  for (const list of [needs, recommends]) for (const targets of list) for (const target of targets) wanted[target] = 1;
  return wanted;
}

/** Everything that stays if only `roots` are there for themselves; `follow` may leave edges out. */
export function reachable(size: number, roots: Iterable<number>, follow: (from: number) => Iterable<number>): Uint8Array {
  const seen = new Uint8Array(size);
  const stack: number[] = [];
  const visit = (index: number): void => {
    if (seen[index] === 1) return;
    seen[index] = 1;
    stack.push(index);
  };
  for (const root of roots) visit(root);
  for (let from = stack.pop(); from !== undefined; from = stack.pop()) for (const to of follow(from)) visit(to);
  return seen;
}
