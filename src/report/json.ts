/** The JSON report: `schemaVersion` 1, to which keys are only ever added. `schema/report.schema.json` describes it. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { findingLocation, layerLocation, secretLocation } from "../../analyzers/dockerfile/located.ts";
import { adviceForWaste, groupWaste } from "../../analyzers/waste/groups.ts";
import { liveNodes } from "../filesystem/live-files.ts";
import { displayBytes, displayPath } from "../filesystem/paths.ts";
import { formatPlatform } from "../image/platform.ts";
import { EntryType, entryTypeNames } from "../tar/entry.ts";
import { dockerfileDocument } from "./dockerfile-json.ts";
import { packagesLayer } from "./ci/issues.ts";
import { packagesDocument } from "./packages/json.ts";
import { toolName, toolVersion } from "../base/version.ts";

export const schemaVersion = 1;

/** The whole report as an object that `JSON.stringify` writes. `files` adds the merged tree. */
export function reportDocument(analysis: Analysis, { files }: { readonly files: boolean }): Record<string, unknown> {
  const { image, totals, efficiency, base } = analysis;
  const { bytes, wastedBytes, wastedRatio } = efficiency.user;
  const { dockerfile: facts } = analysis;
  const at = (layer: number | undefined): object => (facts === undefined ? {} : { dockerfile: layerLocation(facts, layer) });
  // Without its rows, which take their time where the rest is known from an earlier run.
  const { efficiency: score, wastedBytes: stored, wastedUserPercent, sizeBytes, userSizeBytes } = efficiency.dive;
  return {
    schemaVersion,
    tool: { name: toolName, version: toolVersion },
    image: {
      reference: image.reference,
      transport: image.transport,
      manifestDigest: image.manifestDigest,
      configDigest: image.configDigest,
      platform: formatPlatform(image.platform),
      created: image.config.created,
      layerCount: image.layers.length,
      totalBytes: totals.totalBytes,
      finalBytes: totals.finalBytes,
      compressedBytes: totals.compressedBytes,
      verified: analysis.verified,
      transferredBytes: image.transferredBytes(),
    },
    efficiency: {
      score: efficiency.score,
      wastedBytes: totals.wastedBytes,
      user: { bytes, wastedBytes, wastedRatio },
      base: { layers: base.layers, from: base.from, reference: base.reference },
      dive: { efficiency: score, wastedBytes: stored, wastedUserPercent, sizeBytes, userSizeBytes },
    },
    ...packagesDocument(analysis.packages, at),
    unneeded: analysis.packages.findings.map((finding) => ({ ...finding, ...at(packagesLayer(analysis, finding)) })),
    ...(analysis.dockerfile === undefined ? {} : { dockerfile: dockerfileDocument(analysis.dockerfile.match) }),
    layers: analysis.layers.map((layer) => ({ ...layer, ...at(layer.index) })),
    waste: analysis.waste.map((row) => ({ ...row, ...at(row.layer) })),
    wasteGroups: groupWaste(analysis.waste).map((group) => ({
      ...group,
      ...at(group.layer),
      advice: adviceForWaste(group, (layer) => analysis.layers[layer]?.createdBy ?? ""),
    })),
    duplicates: analysis.duplicates,
    leftovers: analysis.leftovers.map((leftover) => ({ ...leftover, ...at(leftover.layer) })),
    secrets: secretsDocument(analysis),
    secretsScanned: analysis.secrets !== null,
    incomplete: analysis.incomplete,
    warnings: analysis.warnings,
    ...(files ? { files: fileRows(analysis) } : {}),
  };
}

/** A finding stands where the first of its places that has a line stands. */
function secretsDocument({ secrets, dockerfile }: Analysis): readonly object[] {
  if (dockerfile === undefined) return secrets ?? [];
  return (secrets ?? []).map((finding) => {
    const locations = finding.locations.map((location) => ({ ...location, dockerfile: secretLocation(dockerfile, location) }));
    return { ...finding, locations, dockerfile: findingLocation(dockerfile, finding) };
  });
}

/** Every path of the final tree, parents first. A hard-linked file stands at each of its paths, its bytes at the first one only. */
function fileRows({ tree }: Analysis): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  const firstPaths = new Map<unknown, string>();
  for (const node of liveNodes(tree)) {
    const { inode } = node;
    const path = displayPath(node.path);
    const version = node.last;
    const hardLinkTo = inode.links > 1 ? firstPaths.get(inode) : undefined;
    if (inode.links > 1 && hardLinkTo === undefined) firstPaths.set(inode, path);
    // A directory that no layer states is root's, 0755 and undated.
    const entry = inode.entry < 0 ? null : tree.catalogs[inode.layer]!.entry(inode.entry);
    rows.push({
      path,
      type: entryTypeNames[inode.type],
      bytes: hardLinkTo === undefined ? inode.bytes : 0,
      mode: entry?.mode ?? 0o755,
      uid: entry?.uid ?? 0,
      gid: entry?.gid ?? 0,
      mtime: entry === null ? null : isoTime(entry.mtimeSeconds, entry.mtimeNanos),
      ...(inode.type === EntryType.symlink ? { link: displayBytes(entry!.link) } : {}),
      hardLink: hardLinkTo,
      layer: version.layer,
    });
  }
  return rows;
}

const latestIsoSecond = 253402300799;
const earliestIsoSecond = -62135596800;

/** ISO 8601 in UTC with as many decimals as there are; null for times outside the years 1 to 9999. */
export function isoTime(seconds: number, nanos: number): string | null {
  if (seconds < earliestIsoSecond || seconds > latestIsoSecond) return null;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  const fraction = nanos === 0 ? "" : `.${String(nanos).padStart(9, "0").replace(/0+$/, "")}`;
  return `${whole}${fraction}Z`;
}
