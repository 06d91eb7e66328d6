/**
 * What only one package brings in: the dominator tree of the graph of needs, by Lengauer and Tarjan (1979) with path compression, without
 * recursion. Time is proportional to the edges times a logarithm.
 */

/**
 * The immediate dominator of each node: the last node that every way to it from the roots passes, or -1 if that is only the common root.
 * Nodes that no root reaches start ways of their own, in order of their index.
 */
export function immediateDominators(size: number, roots: readonly number[], targets: (node: number) => Iterable<number>): Int32Array {
  const order = depthFirst(size, roots, targets);
  return new LengauerTarjan(size, order, targets).run();
}

interface Order {
  /** Nodes by their number in the search; number 0 is the common root, `size`. */
  readonly vertices: readonly number[];
  readonly numbers: Int32Array;
  readonly parents: Int32Array;
  /** The direct successors of the common root. */
  readonly starts: readonly number[];
}

function depthFirst(size: number, roots: readonly number[], targets: (node: number) => Iterable<number>): Order {
  const numbers = new Int32Array(size + 1).fill(-1);
  const parents = new Int32Array(size + 1).fill(-1);
  const vertices = [size];
  numbers[size] = 0;
  const visit = (start: number): void => {
    if (numbers[start]! >= 0) return;
    const stack: { readonly node: number; readonly rest: Iterator<number> }[] = [];
    const enter = (node: number, parent: number): void => {
      numbers[node] = vertices.length;
      parents[node] = parent;
      vertices.push(node);
      stack.push({ node, rest: targets(node)[Symbol.iterator]() });
    };
    enter(start, size);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) stack.pop();
      else if (numbers[next.value]! < 0) enter(next.value, top.node);
    }
  };
  const starts = [...roots];
  for (const root of roots) visit(root);
  const wanted = new Uint8Array(size);
  for (let node = 0; node < size; node += 1) if (numbers[node]! < 0) for (const target of targets(node)) wanted[target] = 1;
  // First what nothing needs, then cycles that nothing outside needs.
  for (const skip of [true, false]) {
    for (let node = 0; node < size; node += 1) {
      if (numbers[node]! >= 0 || (skip && wanted[node] === 1)) continue;
      starts.push(node);
      visit(node);
    }
  }
  return { vertices, numbers, parents, starts };
}

/** Works with numbers of the search, not with nodes. */
class LengauerTarjan {
  readonly #size: number;
  readonly #order: Order;
  readonly #targets: (node: number) => Iterable<number>;
  readonly #semi: Int32Array;
  readonly #ancestor: Int32Array;
  readonly #label: Int32Array;

  constructor(size: number, order: Order, targets: (node: number) => Iterable<number>) {
    this.#size = size;
    this.#order = order;
    this.#targets = targets;
    const count = order.vertices.length;
    this.#semi = Int32Array.from({ length: count }, (_, index) => index);
    this.#label = Int32Array.from({ length: count }, (_, index) => index);
    this.#ancestor = new Int32Array(count).fill(-1);
  }

  run(): Int32Array {
    const { vertices, numbers, parents } = this.#order;
    const count = vertices.length;
    const predecessors = this.#predecessors();
    const dominators = new Int32Array(count).fill(0);
    const buckets: number[][] = Array.from({ length: count }, () => []);
    for (let w = count - 1; w > 0; w -= 1) {
      for (const v of predecessors[w]!) this.#semi[w] = Math.min(this.#semi[w]!, this.#semi[this.#evaluate(v)]!);
      buckets[this.#semi[w]!]!.push(w);
      const parent = numbers[parents[vertices[w]!]!]!;
      this.#ancestor[w] = parent;
      for (const v of buckets[parent]!) {
        const u = this.#evaluate(v);
        dominators[v] = this.#semi[u]! < this.#semi[v]! ? u : parent;
      }
      buckets[parent] = [];
    }
    const result = new Int32Array(this.#size).fill(-1);
    for (let w = 1; w < count; w += 1) {
      if (dominators[w] !== this.#semi[w]) dominators[w] = dominators[dominators[w]!]!;
      result[vertices[w]!] = dominators[w] === 0 ? -1 : vertices[dominators[w]!]!;
    }
    return result;
  }

  #predecessors(): number[][] {
    const { vertices, numbers, starts } = this.#order;
    const predecessors: number[][] = vertices.map(() => []);
    for (const start of starts) predecessors[numbers[start]!]!.push(0);
    for (let w = 1; w < vertices.length; w += 1) for (const target of this.#targets(vertices[w]!)) predecessors[numbers[target]!]!.push(w);
    return predecessors;
  }

  /** The number on the way up from `v` with the lowest semidominator. Compresses the path for the next call. */
  #evaluate(v: number): number {
    if (this.#ancestor[v]! < 0) return v;
    const way: number[] = [];
    for (let at = v; this.#ancestor[this.#ancestor[at]!]! >= 0; at = this.#ancestor[at]!) way.push(at);
    for (let at = way.pop(); at !== undefined; at = way.pop()) {
      const above = this.#ancestor[at]!;
      if (this.#semi[this.#label[above]!]! < this.#semi[this.#label[at]!]!) this.#label[at] = this.#label[above]!;
      this.#ancestor[at] = this.#ancestor[above]!;
    }
    return this.#label[v]!;
  }
}
