/** Generated systems of packages: owners add up, and what all advice saves is what it would really save. */
import { expect, it } from "vitest";

import * as fc from "../helpers/draws.ts";
import { findLeftovers } from "../../analyzers/leftovers/leftovers.ts";
import { analyzePackages } from "../../analyzers/packages/analyze-packages.ts";
import type { SourceFile } from "../../analyzers/packages/evidence/source-files.ts";
import { ownerOf } from "../../analyzers/packages/owner-of.ts";
import type { Inode } from "../../src/filesystem/file-tree.ts";
import { liveFiles } from "../../src/filesystem/live-files.ts";
import { MergedTree } from "../../src/filesystem/merged-tree.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { catalogOf } from "../helpers/trees/catalog.ts";

const names = ["gcc", "make", "git", "app", "liba", "libb-dev", "libc", "extra", "tool"];
/** Files of all kinds that some advice is about, and of none. */
const kinds = ["usr/bin/x", "usr/lib/x.a", "usr/share/doc/x/readme", "usr/share/man/man1/x.1", "usr/lib/debug/x", "opt/x.js.map", "etc/x"];

const system = fc.record({
  packages: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...names),
      automatic: fc.boolean(),
      needs: fc.array(fc.constantFrom(...names), { maxLength: 2 }),
      recommends: fc.array(fc.constantFrom(...names), { maxLength: 2 }),
      files: fc.array(fc.record({ kind: fc.nat(kinds.length - 1), size: fc.integer({ min: 1, max: 5000 }) }), { maxLength: 3 }),
    }),
    { selector: ({ name }) => name, maxLength: 8 },
  ),
  /** Further names of those files: whose package lists them, if any, and where they lie. */
  linked: fc.array(fc.record({ to: fc.nat(20), by: fc.option(fc.nat(7)), kind: fc.nat(kinds.length - 1) }), { maxLength: 3 }),
  unowned: fc.array(fc.record({ kind: fc.nat(kinds.length - 1), size: fc.integer({ min: 1, max: 5000 }) }), { maxLength: 4 }),
});

it("owners add up to the final tree, and no byte is saved twice", async () => {
  await fc.assert(
    fc.asyncProperty(system, async ({ packages, unowned, linked }) => {
      const placed = [...packages.map(({ name, files }) => ({ name, files })), { name: "nobody", files: unowned }].map(
        ({ name, files }) => ({
          name,
          files: files.map(({ kind, size }, at) => ({ path: kinds[kind]!.replace("x", `${name}-${at}-x`), size })),
        }),
      );
      const stored = placed.flatMap(({ files }) => files.map(({ path }) => path));
      const links = linked.flatMap(({ to, by, kind }, at) => {
        const target = stored[to];
        const path = kinds[kind]!.replace("x", `link-${at}-x`);
        return target === undefined ? [] : [{ path, target, by: by === null ? null : (packages[by]?.name ?? null) }];
      });
      const list = (name: string) => `var/lib/dpkg/info/${name}.list`;
      const told = ["var/lib/dpkg/status", "var/lib/apt/extended_states", ...packages.map(({ name }) => list(name))];
      const tree = new MergedTree();
      tree.addLayer(
        catalogOf([
          ...told.map((path) => ({ path, size: 10 })),
          ...placed.flatMap(({ files }) => files),
          ...links.map(({ path, target }) => ({ path, type: EntryType.hardlink, link: target })),
        ]),
      );
      const listed = (name: string, at: number) => [
        ...placed[at]!.files.map(({ path }) => path),
        ...links.flatMap(({ path, by }) => (by === name ? [path] : [])),
      ];
      const status = packages
        .map(
          ({ name, needs, recommends }) =>
            `Package: ${name}\nVersion: 1\nDepends: ${needs.join(", ")}\nRecommends: ${recommends.join(", ")}\n`,
        )
        .join("\n");
      const states = packages.map(({ name, automatic }) => `Package: ${name}\nAuto-Installed: ${automatic ? 1 : 0}\n`).join("\n");
      const source = (kind: SourceFile["kind"], path: string, text: string): SourceFile => ({
        kind,
        path,
        node: tree.lookup(path)!,
        kept: { text: Buffer.from(text) },
      });
      const sources = [
        source("dpkg-status", told[0]!, status),
        source("apt-states", told[1]!, states),
        ...packages.map(({ name }, at) =>
          source(
            "dpkg-list",
            list(name),
            listed(name, at)
              .map((path) => `/${path}`)
              .join("\n"),
          ),
        ),
      ];
      const files = liveFiles(tree);
      const counted = new Set<Inode>();
      const leftovers = findLeftovers(
        files,
        () => "",
        (inode) => counted.add(inode),
      );
      const analysis = await analyzePackages({ tree, files, sources, leftovers: counted });

      const total = [...new Set([...files].map(({ inode }) => inode))].reduce((sum, { bytes }) => sum + bytes, 0);
      expect(analysis.owners.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
      const isLinked = new Set(links.map(({ target }) => target));
      for (const { name, files: own } of placed.slice(0, -1))
        for (const { path } of own)
          if (!isLinked.has(path)) expect(analysis.owners[ownerOf(analysis, tree.lookup(path)!)!]?.name).toBe(name);

      // Followed for real: the leftovers go, then whole packages with all that they list, then files of a kind, by each of their names.
      const lists = new Map(packages.map(({ name }, at) => [name, new Set([...listed(name, at), list(name)])]));
      const doomed = analysis.findings.flatMap(({ packages: indices }) =>
        indices.map((index) => lists.get(analysis.packages[index]!.name)!),
      );
      const isWhole = new Set(analysis.findings.filter(({ packages: indices }) => indices.length === 0).map(({ rule }) => rule));
      const left = new Map<Inode, number>();
      for (const { inode, path } of files) {
        const isGone =
          doomed.some((paths) => paths.has(path)) ||
          (isWhole.has("static-libraries") && path.endsWith(".a") && path.includes("/lib")) ||
          (isWhole.has("debug-files") && path.startsWith("usr/lib/debug/")) ||
          (isWhole.has("source-maps") && path.endsWith(".js.map"));
        left.set(inode, (left.get(inode) ?? 0) + (isGone ? 0 : 1));
      }
      const gone = new Set([...counted, ...[...left].flatMap(([inode, names]) => (names === 0 ? [inode] : []))]);
      const saved = [...leftovers, ...analysis.findings].reduce((sum, { bytes }) => sum + bytes, 0);
      expect(saved).toBe([...gone].reduce((sum, { bytes }) => sum + bytes, 0));
    }),
    { numRuns: 300 },
  );
});
