/** An analysis as the page's document and columns. */
import type { Analysis } from "../../../analyzers/analysis.ts";
import { layerLine, lineText, secretLocation } from "../../../analyzers/dockerfile/located.ts";
import { whyText } from "../../../analyzers/packages/why.ts";
import type { PackageRow } from "../../../analyzers/packages/model.ts";
import { adviceForWaste, groupWaste } from "../../../analyzers/waste/groups.ts";
import type { WasteGroup } from "../../../analyzers/waste/groups.ts";
import { toolName, toolVersion } from "../../base/version.ts";
import { displayPath } from "../../filesystem/paths.ts";
import { formatPlatform } from "../../image/platform.ts";
import { commandOf } from "../text/layer-command.ts";
import type { ReportOptions } from "../options.ts";
import { madeOfSummary, ownerName, ownerNote } from "../text/made-of.ts";
import { unneededGroups } from "../text/unneeded.ts";
import { imageColumns } from "./image-columns.ts";
import { packPage } from "./pack.ts";
import type { ImagePage } from "./page-data.ts";
import { fillTemplate } from "./template.ts";

/** How many characters of a digest are enough for a reader to tell contents apart. */
const digestCharacters = 19;

export interface HtmlOptions extends Pick<ReportOptions, "gate" | "baseline"> {
  /** The packages that were asked for, shown before all other sections; when absent, all packages in their usual place. */
  readonly packages?: readonly PackageRow[];
}

/** One self-contained page with the whole image in it. */
export async function renderHtml(analysis: Analysis, options: HtmlOptions): Promise<string> {
  const { image, totals, base } = analysis;
  const { columns, metadata, placeOf } = imageColumns(analysis);
  const { layers: _, ...baseline } = options.baseline ?? { layers: null };
  const document: Omit<ImagePage, "columns"> = {
    kind: "image",
    focus: options.packages === undefined ? null : "packages",
    tool: { name: toolName, version: toolVersion },
    made: new Date().toISOString(),
    image: identityOf(analysis),
    shown: analysis.shown,
    totals,
    score: analysis.efficiency.score,
    base,
    gate: options.gate ?? null,
    baseline: "name" in baseline ? baseline : null,
    layers: layersOf(analysis),
    wasteGroups: wasteGroupsOf(analysis),
    madeOf: madeOfSummary(analysis.packages),
    owners: ownersOf(analysis),
    packages: packagesOf(analysis, options.packages),
    unneeded: unneededGroups(analysis),
    duplicates: analysis.duplicates.map(({ bytes, digest, paths }) => ({
      bytes,
      digest: digest.slice(0, digestCharacters),
      nodes: paths.map(placeOf),
    })),
    secrets: secretsOf(analysis),
    incomplete: analysis.incomplete,
    warnings: analysis.warnings,
    metadata,
  };
  return fillTemplate(`Ballast: ${image.reference}`, await packPage(document, columns));
}

function identityOf({ image, verified }: Analysis): ImagePage["image"] {
  return {
    reference: image.reference,
    transport: image.transport,
    platform: formatPlatform(image.platform),
    manifestDigest: image.manifestDigest,
    configDigest: image.configDigest,
    tags: image.tags,
    verified,
  };
}

function layersOf({ layers, base, dockerfile }: Analysis): ImagePage["layers"] {
  return layers.map((layer) => ({
    ...layer,
    command: commandOf(layer),
    isBase: layer.index < base.layers,
    dockerfile: layerLine(dockerfile, layer.index),
  }));
}

function wasteGroupsOf(analysis: Analysis): ImagePage["wasteGroups"] {
  return groupWaste(analysis.waste).map((group) => ({
    ...group,
    dockerfile: wasteLines(analysis, group),
    advice: adviceForWaste(group, (layer) => analysis.layers[layer]?.createdBy ?? ""),
  }));
}

function ownersOf({ packages }: Analysis): ImagePage["owners"] {
  return packages.owners.map((owner) => ({
    name: ownerName(packages, owner),
    bytes: owner.bytes,
    files: owner.files,
    note: ownerNote(packages, owner),
    isPackage: owner.package !== null,
  }));
}

/** Those that were asked for; else all but those that are part of another. */
function packagesOf({ packages, dockerfile }: Analysis, asked: readonly PackageRow[] | undefined): ImagePage["packages"] {
  const rows = asked ?? packages.packages.filter(({ within }) => within === null);
  return rows.map((row) => ({
    ecosystem: row.ecosystem,
    name: row.name,
    version: row.version,
    bytes: row.bytes,
    bytesWithDependents: row.bytesWithDependents,
    files: row.files,
    layer: row.layer,
    why: whyText(packages, row.index),
    location: displayPath(row.location),
    dockerfile: layerLine(dockerfile, row.layer),
  }));
}

/** Dockerfile lines of the layer that stored it, and of the one that made it useless. */
function wasteLines({ dockerfile }: Analysis, { layer, supersededBy }: WasteGroup): string {
  const lines = [layer, supersededBy].map((at) => layerLine(dockerfile, at)).filter((line) => line !== "");
  return [...new Set(lines)].join(" → ");
}

function secretsOf({ secrets, dockerfile }: Analysis): ImagePage["secrets"] {
  if (secrets === null || dockerfile === undefined) return secrets;
  return secrets.map((finding) => ({
    ...finding,
    locations: finding.locations.map((location) => {
      const found = secretLocation(dockerfile, location);
      return found === null ? location : { ...location, dockerfile: lineText(found) };
    }),
  }));
}
