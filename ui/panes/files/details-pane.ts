/** Below the layers: all about the layer or the path under the cursor. */
import { excerptOf } from "../../../analyzers/dockerfile/bill.ts";
import type { PackageAnalysis } from "../../../analyzers/packages/model.ts";
import { ownerOf } from "../../../analyzers/packages/owner-of.ts";
import { whyText } from "../../../analyzers/packages/why.ts";
import { shortDigest } from "../../../src/image/digest.ts";
import { displayPath } from "../../../src/filesystem/paths.ts";
import { formatBytes, formatCount } from "../../../src/terminal/format-bytes.ts";
import { sanitize } from "../../../src/terminal/sanitize.ts";
import type { AppState } from "../../state.ts";
import type { Region } from "../../terminal/surface.ts";
import { describeVersion } from "../../viewmodel/diff.ts";
import { blank, field, paragraph, safe } from "../../viewmodel/documents/document.ts";
import type { Line } from "../../viewmodel/documents/document.ts";
import { fitDetails, padded, pane, paintLines, scrollbar } from "../paint.ts";
import type { Paint } from "../paint.ts";

export function paintDetails(paint: Paint, region: Region, state: AppState): void {
  const focused = state.focus === "details" && state.overlay === null;
  const aboutFile = state.focus === "files" && state.files.selected !== null;
  const inside = padded(pane(paint, region, [[aboutFile ? "Path Details" : "Layer Details"]], focused));
  const lines = aboutFile ? pathLines(state, inside.width) : layerLines(state, inside.width);
  const { details } = state;
  fitDetails(state, aboutFile ? state.files.selected.path : `layer ${state.layers.selected}`, lines.length, inside.height);
  paintLines(paint, inside, lines, details.scroll);
  paint.hits.push({ rect: region.rect, target: { kind: "pane", list: "details" } });
  scrollbar(paint, region, details, lines.length, focused);
}

function layerLines(state: AppState, width: number): Line[] {
  const layer = state.image?.layers[state.layers.selected];
  if (layer === undefined) return [];
  const row = state.layerRows[layer.index];
  const figures = state.analysis?.layers[layer.index];
  const stored = layer.storedBytes ?? figures?.compressedBytes ?? null;
  const lines = [
    ...paragraph(row?.command ?? "", width, "strong"),
    ...field(
      "size",
      `${row?.bytes === null || row === undefined ? "…" : formatBytes(row.bytes)}${stored === null ? "" : `, stored ${formatBytes(stored)}`}${row?.wastedBytes ? `, wasted ${formatBytes(row.wastedBytes)}` : ""}`,
      width,
      "number",
    ),
    ...field(
      "layer",
      `${layer.index} of ${state.layerRows.length - 1}${figures === undefined ? "" : `, ${formatCount(figures.entries)} entries`}`,
      width,
    ),
    ...dockerfileLines(state, layer.index),
    ...(layer.digest === layer.diffId
      ? field("digest", `${layer.diffId} (diff ID too)`, width, "dim")
      : [...(layer.digest === null ? [] : field("digest", layer.digest, width, "dim")), ...field("diff ID", layer.diffId, width, "dim")]),
    ...field("media type", safe(layer.mediaType), width),
  ];
  if (layer.created !== null) lines.push(...field("created", safe(layer.created), width));
  return lines;
}

/** The Dockerfile instruction that made the layer, with its neighbours and its cost. */
function dockerfileLines({ analysis }: AppState, layer: number): Line[] {
  if (analysis?.dockerfile === undefined) return [];
  const excerpt = excerptOf(analysis.dockerfile, analysis.layers, layer);
  if (excerpt === null) return [];
  const { bytes, wastedBytes } = excerpt.price;
  const wasted = wastedBytes === 0 ? "" : `, wastes ${formatBytes(wastedBytes)}`;
  const digits = String(excerpt.rows.at(-1)!.number).length;
  return [
    blank,
    [[`${safe(analysis.dockerfile.match.dockerfile.file)}: adds ${formatBytes(bytes)}${wasted}`, "strong"]],
    ...excerpt.rows.map(({ number, text, isInstruction }): Line => [
      [`${String(number).padStart(digits)}  `, "dim"],
      [safe(text.replaceAll("\t", "    ")), isInstruction ? "text" : "dim"],
    ]),
    blank,
  ];
}

function pathLines(state: AppState, width: number): Line[] {
  const node = state.files.selected;
  const tree = state.files.tree;
  if (node === null || tree === null) return [];
  const inode = state.files.inode(node);
  const lines: Line[] = [...paragraph(sanitize(displayPath(node.path)), width, "strong")];
  const change = state.files.change(node);
  const found = state.files.differences(node);
  lines.push(
    ...field("change", `${change}${found.length === 0 ? "" : `: ${found.join(", ")}`}`, width, change === "unmodified" ? "dim" : change),
  );
  if (inode !== null && inode.storedAt !== node)
    lines.push(...field("hard link", `to ${sanitize(displayPath(inode.storedAt.path))}`, width));
  const owner = state.analysis === null ? null : ownerOf(state.analysis.packages, node);
  if (owner !== null && inode === node.inode) lines.push(...field("owner", ownerText(state.analysis!.packages, owner), width, "link"));
  lines.push(blank, [["Versions", "strong"]]);
  for (const version of [...node.versions].reverse()) {
    const text = version.inode === null ? `layer ${version.layer}  removed` : describeVersion(tree.catalogs, version.inode);
    lines.push([[text, version.inode === null ? "removed" : version.inode === inode ? "text" : "dim"]]);
  }
  const layer = state.image?.layers[state.layers.selected];
  if (layer !== undefined) lines.push(blank, ...field("view", `up to layer ${layer.index} (${shortDigest(layer.diffId)})`, width, "dim"));
  return lines;
}

function ownerText({ owners, packages }: PackageAnalysis, owner: number): string {
  const { name, package: index } = owners[owner]!;
  if (index === null) return `no package (${safe(name)})`;
  const { ecosystem, version } = packages[index]!;
  return safe(`${ecosystem} ${name} ${version}, ${whyText({ packages }, index)}`);
}
