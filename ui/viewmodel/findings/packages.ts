/** The seventh tab: the owners of the image's bytes, largest first; each unfolds to its files. */
import { layerLine } from "../../../analyzers/dockerfile/located.ts";
import type { OwnedFile, Owner, PackageAnalysis } from "../../../analyzers/packages/model.ts";
import { filesByOwner } from "../../../analyzers/packages/owner-of.ts";
import { chainOf, linkText, whyText } from "../../../analyzers/packages/why.ts";
import type { FileTree } from "../../../src/filesystem/file-tree.ts";
import { displayPath } from "../../../src/filesystem/paths.ts";
import { formatBytes, formatPercent, plural } from "../../../src/terminal/format-bytes.ts";
import type { ShownAnalysis } from "../../session.ts";
import { blank, field, paragraph, safe } from "../documents/document.ts";
import type { Line } from "../documents/document.ts";
import { GroupedList } from "./grouped-list.ts";
import type { Group } from "./grouped-list.ts";

/** How many package names of one kind the details list. */
const mostNames = 40;

export class PackagesModel {
  readonly list = new GroupedList<OwnedFile, OwnerGroup>({ beginOpen: false });
  #analysis: ShownAnalysis | null = null;
  #groups: readonly OwnerGroup[] = [];

  get loaded(): boolean {
    return this.#analysis !== null;
  }

  load(analysis: ShownAnalysis): void {
    this.#analysis = analysis;
    const { packages, tree } = analysis;
    const files = new LazyFiles(tree, packages);
    this.#groups = packages.owners.map((owner, index) => new OwnerGroup(packages, owner, index, files));
    this.list.setGroups(this.#groups);
  }

  /** Moves to the package that requires the one under the cursor. False when none does. */
  toAsker(): boolean {
    const owner = this.#selected();
    const row = owner?.package == null ? undefined : this.#analysis!.packages.packages[owner.package]!;
    const asker = row?.reason.by ?? null;
    const index = asker === null ? -1 : this.#groups.findIndex(({ owner: { package: other } }) => other === asker);
    if (index < 0) return false;
    this.list.toGroup(this.#groups[index]!);
    return true;
  }

  details(width: number): Line[] {
    const owner = this.#selected();
    if (owner === null || this.#analysis === null) return [];
    const { packages, totals } = this.#analysis;
    const share = totals.finalBytes === 0 ? "" : `, ${formatPercent(owner.bytes / totals.finalBytes)}`;
    const size = `${formatBytes(owner.bytes)} in ${plural(owner.files, "file")}${share}`;
    if (owner.package === null)
      return [
        ...paragraph(safe(owner.name), width, "strong"),
        blank,
        ...field("bytes", size, width, "number"),
        ...field("owner", "no package: copied, downloaded or generated", width),
      ];
    const row = packages.packages[owner.package]!;
    const line = layerLine(this.#analysis.dockerfile, row.layer);
    const command = `${line === "" ? "" : `${line} `}${this.#analysis.layers[row.layer]?.createdBy ?? ""}`;
    const chain = chainOf(packages, row.index);
    const names = (indices: readonly number[]): string =>
      indices
        .slice(0, mostNames)
        .map((index) => packages.packages[index]!.name)
        .join(" ");
    return [
      ...paragraph(safe(`${row.name} ${row.version}`), width, "strong"),
      blank,
      ...field("ecosystem", `${row.ecosystem}${row.architecture === null ? "" : `, ${safe(row.architecture)}`}`, width),
      ...field("bytes", size, width, "number"),
      ...field("with its", `${formatBytes(row.bytesWithDependents)} would go with it and what only it brings`, width, "number"),
      ...(row.documentationBytes > 0 ? field("documents", formatBytes(row.documentationBytes), width) : []),
      ...field("why", safe(whyText(packages, row.index)), width, "link"),
      ...chain.slice(0, -1).flatMap((link, at) => field("", safe(linkText(link, chain[at + 1]!)), width, "dim")),
      ...field("layer", `${row.layer}: ${safe(command)}`, width, "link"),
      ...field("found in", safe(displayPath(row.location)), width, "dim"),
      ...(row.needs.length > 0 ? field("needs", safe(names(row.needs)), width) : []),
      ...(row.recommends.length > 0 ? field("recommends", safe(names(row.recommends)), width) : []),
      ...(row.contains.length > 0
        ? field(
            "contains",
            safe(
              row.contains
                .slice(0, mostNames)
                .map(({ name, version }) => `${name} ${version}`)
                .join(", "),
            ),
            width,
          )
        : []),
    ];
  }

  #selected(): Owner | null {
    const group = this.list.selected?.group;
    return group === undefined ? null : group.owner;
  }
}

/** Files by owner, from one walk over the tree when the first owner is unfolded. */
class LazyFiles {
  readonly #tree: FileTree;
  readonly #packages: PackageAnalysis;
  #byOwner: ReadonlyMap<number, readonly OwnedFile[]> | null = null;

  constructor(tree: FileTree, packages: PackageAnalysis) {
    this.#tree = tree;
    this.#packages = packages;
  }

  of(owner: number): readonly OwnedFile[] {
    this.#byOwner ??= filesByOwner(this.#tree, this.#packages);
    return this.#byOwner.get(owner) ?? [];
  }
}

export class OwnerGroup implements Group<OwnedFile> {
  readonly key: string;
  readonly title: string;
  readonly bytes: number;
  readonly size: number;
  readonly owner: Owner;
  readonly #index: number;
  readonly #files: LazyFiles;

  constructor(analysis: PackageAnalysis, owner: Owner, index: number, files: LazyFiles) {
    const row = owner.package === null ? undefined : analysis.packages[owner.package]!;
    this.owner = owner;
    this.key = row === undefined ? owner.name : `${row.ecosystem} ${row.name} ${row.version} ${row.location}`;
    this.title = safe(row === undefined ? owner.name : `${row.name} ${row.version}  ${whyText(analysis, row.index)}`);
    this.bytes = owner.bytes;
    this.size = owner.files;
    this.#index = index;
    this.#files = files;
  }

  items(): readonly OwnedFile[] {
    return this.#files.of(this.#index);
  }
}
