/** Finds the paths that contain a text. */
import { substringTest } from "../../viewmodel/substring.ts";
import type { Shape } from "../read/shape.ts";

export interface Found {
  /** Paths found. */
  readonly count: number;
  /** Whether the node, a directory above it or a node below it is found. */
  touches(at: number): boolean;
  nodesBelow(at: number): number[];
}

/** A text with a slash is searched in whole paths, any other in names. */
export function searchTree(shape: Shape, text: string): Found {
  const test = substringTest(text);
  const { count, names, parents, ends } = shape;
  const isFound = new Uint8Array(count);
  const touched = new Uint8Array(count);
  const nodes: number[] = [];
  const inPaths = text.includes("/");
  const paths: string[] = inPaths ? Array.from({ length: count }, () => "") : [];
  for (let at = 1; at < count; at += 1) {
    if (inPaths) paths[at] = `${paths[parents[at]!]!}/${names[at]!}`;
    if (!test(inPaths ? paths[at]! : names[at]!)) continue;
    isFound[at] = 1;
    nodes.push(at);
  }
  for (const node of nodes) {
    if (touched[node] === 1 && isFound[parents[node]!] === 1) continue;
    touched.fill(1, node, ends[node]);
    for (let above = parents[node]!; above >= 0 && touched[above] === 0; above = parents[above]!) touched[above] = 1;
  }
  return {
    count: nodes.length,
    touches: (at) => touched[at] === 1,
    nodesBelow: (at) => nodes.filter((node) => node > at && node < ends[at]!),
  };
}
