/** The JSON report: `schemaVersion` 1, to which keys are only ever added. `schema/report.schema.json` describes it. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { findingLocation, layerLocation, secretLocation } from "../../analyzers/dockerfile/located.ts";
import { adviceForWaste, groupWaste } from "../../analyzers/waste/groups.ts";
import { liveIds } from "../filesystem/live-files.ts";
import { displayBytes } from "../filesystem/paths.ts";
import { formatPlatform } from "../image/platform.ts";
import { EntryType, entryTypeNames } from "../tar/entry.ts";
import { dockerfileDocument } from "./dockerfile-json.ts";
import { packagesLayer } from "./ci/issues.ts";
import { packagesDocument } from "./packages/json.ts";
import { toolName, toolVersion } from "../base/version.ts";

export const schemaVersion = 1;

/** The whole report as an object for `jsonPieces`. `files` adds the merged tree, whose rows are made one by one as they are read. */
export function reportDocument(analysis: Analysis, { files }: { readonly files: boolean }): Record<string, unknown> {
  const { image, totals, efficiency, base } = analysis;
  const { bytes, wastedBytes, wastedRatio } = efficiency.user;
  const { dockerfile: facts } = analysis;
  const at = (layer: number | undefined): object => (facts === undefined ? {} : { dockerfile: layerLocation(facts, layer) });
  // Without dive's list of rows, which takes time to make even where the rest is known from an earlier run.
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

/** A finding is located at the first of its places that has a line. */
function secretsDocument({ secrets, dockerfile }: Analysis): readonly object[] {
  if (dockerfile === undefined) return secrets ?? [];
  return (secrets ?? []).map((finding) => {
    const locations = finding.locations.map((location) => ({ ...location, dockerfile: secretLocation(dockerfile, location) }));
    return { ...finding, locations, dockerfile: findingLocation(dockerfile, finding) };
  });
}

/** Every path of the final tree, parents first. A hard-linked file is listed at each of its paths, with its bytes at the first one only. */
function* fileRows({ tree: { catalogs, columns }, tree }: Analysis): Generator<Record<string, unknown>> {
  const { names, versions } = columns;
  const firstPaths = new Map<number, string>();
  for (const node of liveIds(tree)) {
    const inode = columns.inode(node);
    const { layer, entry, type, bytes } = columns.stored(inode);
    const { modes, uids, gids, mtimeSeconds, mtimeNanos } = catalogs[layer]!.columns;
    const path = displayBytes(names.absolutePath(node));
    const isLinked = versions.links(inode) > 1;
    const hardLinkTo = isLinked ? firstPaths.get(inode) : undefined;
    if (isLinked && hardLinkTo === undefined) firstPaths.set(inode, path);
    // A directory that no layer states is root's, 0755 and undated.
    const isStated = entry >= 0;
    yield {
      path,
      type: entryTypeNames[type],
      bytes: hardLinkTo === undefined ? bytes : 0,
      mode: isStated ? modes[entry]! : 0o755,
      uid: isStated ? uids[entry]! : 0,
      gid: isStated ? gids[entry]! : 0,
      mtime: isStated ? isoTime(mtimeSeconds[entry]!, mtimeNanos[entry]!) : null,
      ...(type === EntryType.symlink ? { link: displayBytes(catalogs[layer]!.link(entry)) } : {}),
      hardLink: hardLinkTo,
      layer: versions.layer(columns.last(node)),
    };
  }
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
