/** Why dnf 4 installed packages, from a history that SQLite itself wrote by libdnf's schema. */
import { gunzipSync } from "node:zlib";

import { expect, it } from "vitest";

import { array, assert, nat, property, tuple } from "../../helpers/draws.ts";
import { analyzePackages } from "../../../analyzers/packages/analyze-packages.ts";
import { PackageDataError } from "../../../analyzers/packages/data-error.ts";
import type { SourceFile } from "../../../analyzers/packages/evidence/source-files.ts";
import { sourceKindOf } from "../../../analyzers/packages/evidence/sources.ts";
import { dnfHistory } from "../../../analyzers/packages/rpm/dnf-history.ts";
import { liveFiles } from "../../../src/filesystem/live-files.ts";
import { MergedTree } from "../../../src/filesystem/merged-tree.ts";
import { catalogOf } from "../../helpers/trees/tree-fixture.ts";

/**
 * Transactions: 1 installs bash (user), glibc (dependency), libpcap (weak dependency); 2 git (user) and perl (dependency); 3 failed: nmap
 * (user), glibc for the user; 4 git upgraded (the older one noted as a dependency), vim (group); 5 removes libpcap, perl becomes the user's.
 */
const history = gunzipSync(
  Buffer.from(
    `
  H4sIAAAAAAACA+1aX4gbRRjf2W93Zze5UyQey/VqmVJLkzam3l17NYLg2dsrwWuul+aw50vYS6bXhewm3WyOEwRpq4L4oKIPPvguFAQf+yiCaPGpfepTn1Sk
  IPTBFkEfnJnNn03u4ikWq3Z/bCYz3+/7Zr6dMN/M7pezK0tOQMn5hu/aAZmVFAkh6UVCJEnC7JOU+tDYR4m0kbQ7sJSrIpVVZLjP20n4NazEiBHjIUIFvpzR
  uKh+LMFPcAu+hM9YNUaMGA8ZKTUpyfL4+ON6yhhHP6N7+Zp3PqVEhe+jD7jwSegJ0TjKome4UE7JEVXpG+k6lz6Bkmx77whrlIv4+h+DDQnuwR24DTfgK7gG
  V+ETeA8uQ5sRMWLE+LsYG9PZyjPYpWpJOZkMW4ahgp5MiAZrKbqaNLqMouAxvWukqJo8hrstkFkXWtcKsJxQw4ZhyFpS6RKyIidAl4xQSzHksM6UDMSqhtDh
  6x+hSxK6hF6Lf6aHgDdfR9g0TfTOK4G9XqeBb3stUcgnS9Z82SLl+ZeWLCJEJJ0gHTg1UiiWrVNWiZwpFU7Pl9bIy9ZatsfXgso63XC8nlZxuUyKq0tL2ZA/
  epik256zRQLHpa3AdpsZUrPZk6Dt1YSMNM6Hg9rVwGl4JOzt8NHoCNTreZElw/jLI/DeIv37Tbe2XtmkfouRnZspW+fK2REa3HyIp3VqtyhTEMTwFHAPN23/
  efJ0RDHiQLtF/Upknncw5yqksEDSq4WFTNS26tbqjkdDhwjZaXJ8Wm34NVoj1Ybr8jkRBumm39jwbTdLGk0+K60ssf2Ntku9oDUwAptRNpfDvg1OP/XarjDK
  ikFYH+FELFiL86tLZXLoUIavfxndkOQDrDDRVXSl+3Rfj9fmP4big+vqDGjmkSNoTUST1sW6E9BKi15sU6863NQGIswQmfZsl2ZZK3PlVRmb+/ejt9/oR6gK
  U3X7Ndgeq4R814BF5lfLy4UiMz9tFSNLt9NF36ZkLVolq3jSOhtyaaeW6avzsUZoc2pQ2afNxghlTg0qd2LTqBgwEgPLrz+y3Xpgne0WAP5UZ2L9I7grsStG
  jBj/czyGYD/qB+gxvv51mJLge/gaPoV3oQElmGOCGDEebUzqGKX0lDmpbzpuPvfsdI7W81vPzVXmju3BGE1wCnuu3TyRy0e4KY1zE+ak1qR+/XhudiZqqPI+
  GaluOMFM7tiJKKd0OCXkZiPcPsBoinNQd9abVbs5nZuOOrRXxsjkvLzBFKozudljEXYSYUO4u263LhzPTUeohFj/NyX4De7DXbgD38FtuMUEMWLE+A9CBYR0
  nZcY81LTeKmqvFQUXgLwUpYBDCNc/wck+AG+hc/hQwhgDV5gghgxYohzABanALTtFKBPYbHRox02em0PFjsu2n5AwPuw2MrRzls57MViJ0c77eTyHpwKyW3H
  B3WQip4elMnQGWPU/n9Ngl/Y7v8j2/tvwnX4gglixIjxrwWGFA9Iug4TIvxovMJjDU7CVDeygAFmGEZkrs8Cg9r5VjBMiGjAn/8V/l+Bj2RXXpST8cw+sshj
  zXwqhVYcr0a3/KZb4RkA9p3ovNwvFBesc6RLkOUir4s0Qeagppn5FJKEaSeRYLeDhmhXuMkMK4yD6m5q06zQLzsKNlMp9FZeJByYiF14IMXABNHcwtDr/9Vi
  YWXV6r9f7ykKxwdzgT2ONhvVC9vfzff4Tp5xlHknhziKtn3W+QhucblkFU4VeT4k3bmVzB+nME4uF8+WS/PMWfF7tD3nYptWPLrp292bD/M34V1lu85nu25m
  hUOZROZ3v/hAqAAsAAA=
    `.replaceAll(/\s/g, ""),
    "base64",
  ),
);

const kept = dnfHistory(history);

it("the last transaction that came to an end says why a package is there", () => {
  expect(kept.split("\n").toSorted()).toEqual([
    '"bash.x86_64" = { reason = "user" }',
    '"git.x86_64" = { reason = "user" }',
    '"glibc.x86_64" = { reason = "dependency" }',
    '"libpcap.x86_64" = { reason = "unknown" }',
    '"perl.x86_64" = { reason = "user" }',
    '"vim.x86_64" = { reason = "group" }',
  ]);
});

it("decides what was requested of rpm's packages", async () => {
  const tree = new MergedTree();
  const paths = ["var/lib/rpm/rpmdb.sqlite", "var/lib/dnf/history.sqlite"] as const;
  tree.addLayer(catalogOf(paths.map((path) => ({ path, size: 4096 }))));
  const header = { epoch: null, version: "1", release: "1", architecture: "x86_64", files: [], provides: [], recommends: [], suggests: [] };
  const rpm = [
    { ...header, name: "bash", requires: ["glibc"] },
    { ...header, name: "glibc", requires: [] },
    { ...header, name: "nmap", requires: [] },
  ];
  const sources = ([{ rpm }, { text: Buffer.from(kept) }] as const).map((file, at): SourceFile => {
    const path = paths[at]!;
    const kind = sourceKindOf(path.slice(0, path.lastIndexOf("/") + 1), path.slice(path.lastIndexOf("/") + 1), 0o644, 4096)!;
    return { kind, path, node: tree.lookup(path)!, kept: file };
  });
  const { packages } = await analyzePackages({ tree, files: liveFiles(tree), sources, leftovers: new Set() });
  expect(packages.map(({ name, requested }) => [name, requested])).toEqual([
    ["bash", "manual"],
    ["glibc", "dependency"],
    ["nmap", "unknown"],
  ]);
});

it("a history of another program, or a damaged one, says what is wrong, and ends", () => {
  expect(() => dnfHistory(Buffer.from("no database"))).toThrow("is not an SQLite file");
  assert(
    property(array(tuple(nat(history.length - 1), nat(255)), { minLength: 1, maxLength: 20 }), nat(history.length), (changes, length) => {
      const damaged = Buffer.from(history);
      for (const [at, value] of changes) damaged[at] = value;
      for (const bytes of [damaged, damaged.subarray(0, length)]) {
        try {
          dnfHistory(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(PackageDataError);
        }
      }
    }),
    { numRuns: 300 },
  );
});
