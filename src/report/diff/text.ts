/** Two images compared, for a person. */
import { differs } from "../../../analyzers/diff/image-diff.ts";
import type { ImageDiff } from "../../../analyzers/diff/image-diff.ts";
import { lineText } from "../../../analyzers/dockerfile/located.ts";
import type { ReportedLocation } from "../../../analyzers/dockerfile/located.ts";
import type { PathChange, PathFacts } from "../../../analyzers/diff/tree-diff.ts";
import { painter } from "../../terminal/color.ts";
import type { Paint } from "../../terminal/color.ts";
import { formatBytes, formatCount, plural } from "../../terminal/format-bytes.ts";
import { sanitize, sanitizeLines } from "../../terminal/sanitize.ts";
import { padStart, truncate } from "../../terminal/width.ts";

export interface DiffTextOptions {
  readonly columns: number;
  readonly color: boolean;
  /** Every row instead of the largest. */
  readonly all: boolean;
}

const mostRows = 30;

export function renderDiffText(diff: ImageDiff, options: DiffTextOptions): string {
  const context: Context = {
    paint: painter(options.color),
    columns: Math.max(60, options.columns),
    rows: options.all ? Infinity : mostRows,
  };
  const sections = [
    head(diff, context),
    paths(diff, context),
    directories(diff, context),
    layers(diff, context),
    dockerfileLines(diff, context),
    config(diff, context),
    packages(diff, context),
    texts(diff, context),
    verdict(diff),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

interface Context {
  readonly paint: Paint;
  readonly columns: number;
  readonly rows: number;
}

function head({ before, after, files }: ImageDiff, { paint, columns }: Context): string[] {
  return [
    paint("red", truncate(`- ${sanitize(before.name)}  ${before.platform}  ${formatBytes(files.bytesBefore)}`, columns)),
    paint(
      "green",
      truncate(
        `+ ${sanitize(after.name)}  ${after.platform}  ${formatBytes(files.bytesAfter)} (${signedBytes(files.bytesAfter - files.bytesBefore)})`,
        columns,
      ),
    ),
  ];
}

const signs = { added: ["+", "green"], removed: ["-", "red"], changed: ["~", "yellow"] } as const;

function paths({ files }: ImageDiff, { paint, columns, rows }: Context): string[] {
  const { changes } = files;
  if (changes.length === 0) return [];
  const lines = [paint("bold", `Paths: ${changeCounts(changes)}`)];
  const largest = [...changes].sort((a, b) => Math.abs(difference(b)) - Math.abs(difference(a)));
  const shown = new Set(largest.slice(0, rows));
  for (const change of changes) {
    if (!shown.has(change)) continue;
    const [sign, style] = signs[change.change];
    const text = `${sign} ${padStart(signedBytes(difference(change)), 9)}  ${sanitize(change.path)}${detailOf(change)}`;
    lines.push(paint(style, ` ${truncate(text, columns - 1)}`));
  }
  if (shown.size < changes.length)
    lines.push(paint("dim", `   and ${formatCount(changes.length - shown.size)} more with less bytes; --all shows every one`));
  return lines;
}

export function changeCounts(changes: readonly PathChange[]): string {
  const count = (kind: PathChange["change"]): string => formatCount(changes.filter(({ change }) => change === kind).length);
  return `${count("added")} added, ${count("removed")} removed, ${count("changed")} changed`;
}

export function difference({ before, after }: PathChange): number {
  return (after?.bytes ?? 0) - (before?.bytes ?? 0);
}

export function signedBytes(bytes: number): string {
  return bytes > 0 ? `+${formatBytes(bytes)}` : formatBytes(bytes);
}

/** What changed, each with both values where they are short. Not sanitised apart from links. */
export function detailOf({ what, before, after }: PathChange): string {
  if (before === null || after === null) {
    const { type, link } = (before ?? after)!;
    if (type === "symlink") return ` → ${sanitize(link!)}`;
    return type === "file" ? "" : `  (${type})`;
  }
  const details = what.map((aspect) => {
    if (aspect === "type") return `type ${before.type} → ${after.type}`;
    if (aspect === "mode") return `mode ${octal(before)} → ${octal(after)}`;
    if (aspect === "owner") return `owner ${before.uid}:${before.gid} → ${after.uid}:${after.gid}`;
    if (aspect === "link") return `link ${sanitize(before.link ?? "")} → ${sanitize(after.link ?? "")}`;
    return aspect;
  });
  return `  (${details.join(", ")})`;
}

function octal({ mode }: PathFacts): string {
  return mode.toString(8).padStart(4, "0");
}

function directories({ files }: ImageDiff, { paint, rows }: Context): string[] {
  if (files.directories.length === 0) return [];
  const shown = files.directories.slice(0, Math.min(rows, 10));
  const lines = shown.map(
    ({ path, bytesBefore, bytesAfter }) =>
      ` ${padStart(signedBytes(bytesAfter - bytesBefore), 9)}  ${sanitize(path)}  (${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)} changed)`,
  );
  if (shown.length < files.directories.length)
    lines.push(paint("dim", `   and ${formatCount(files.directories.length - shown.length)} more`));
  return [paint("bold", "Bytes by directory"), ...lines];
}

function layers({ layers: diff, lines: known }: ImageDiff, { paint, columns }: Context): string[] {
  if (diff === null) return [];
  const shared = diff.after.filter((layer) => layer.shared).length;
  const { pull } = diff;
  const lines = [
    paint("bold", `Layers: ${diff.before.length} → ${diff.after.length}, ${shared} shared (${formatBytes(diff.sharedBytes)})`),
  ];
  const line = (
    sign: string,
    { index, bytes, createdBy }: (typeof diff.after)[number],
    at: ReportedLocation | null | undefined,
  ): string => {
    const text = sanitize(`${at == null ? "" : `${lineText(at)} `}${createdBy}`);
    return truncate(` ${sign} ${padStart(String(index), 3)} ${padStart(formatBytes(bytes), 9)}  ${text}`, columns);
  };
  for (const layer of diff.before) if (!layer.shared) lines.push(paint("red", line("-", layer, known?.before[layer.index])));
  for (const layer of diff.after) {
    const text = line(layer.shared ? "=" : "+", layer, known?.after[layer.index]);
    lines.push(paint(layer.shared ? "dim" : "green", text));
  }
  const measure = pull.compressed ? "" : " uncompressed; these sources do not say how large compressed";
  lines.push(` to pull with the first image at hand: ${plural(pull.layers, "layer")}, ${formatBytes(pull.bytes)}${measure}`);
  return lines;
}

/** The instructions whose layers only one side has. */
function dockerfileLines({ lines: found }: ImageDiff, { paint, columns, rows }: Context): string[] {
  if (found === undefined) return [];
  const { file } = found.match.dockerfile;
  const title = found.changes.length === 0 ? `${file}: no line made a layer that differs` : `${file}: lines whose layers differ`;
  const lines = [paint("bold", sanitize(title))];
  for (const { dockerfile, text, bytesBefore, bytesAfter } of found.changes.slice(0, rows)) {
    const change = signedBytes((bytesAfter ?? 0) - (bytesBefore ?? 0));
    const sides = [bytesBefore, bytesAfter].map((bytes) => (bytes === null ? "none" : formatBytes(bytes))).join(" → ");
    lines.push(truncate(` ${padStart(change, 9)}  ${sanitize(lineText(dockerfile))}  (${sides})  ${sanitize(text)}`, columns));
  }
  if (found.changes.length > rows) lines.push(paint("dim", `   and ${found.changes.length - rows} more; --all shows every one`));
  return [...lines, ...found.notes.map((note) => paint("yellow", ` ! ${sanitize(note)}`))];
}

function config({ config: changes, history }: ImageDiff, { paint, columns, rows }: Context): string[] {
  const lines: string[] = [];
  if (changes.length > 0) lines.push(paint("bold", "Config"));
  for (const { field, before, after } of changes) {
    lines.push(` ${truncate(sanitize(field), columns - 1)}`);
    if (before !== null) lines.push(paint("red", `   - ${truncate(sanitize(before), columns - 5)}`));
    if (after !== null) lines.push(paint("green", `   + ${truncate(sanitize(after), columns - 5)}`));
  }
  if (history.length > 0) lines.push(paint("bold", "History"));
  for (const { change, text } of history.slice(0, rows)) {
    lines.push(paint(change === "added" ? "green" : "red", ` ${change === "added" ? "+" : "-"} ${truncate(sanitize(text), columns - 3)}`));
  }
  if (history.length > rows) lines.push(paint("dim", `   and ${history.length - rows} more`));
  return lines;
}

function packages({ packages: changes }: ImageDiff, { paint, rows }: Context): string[] {
  if (changes.length === 0) return [];
  const lines = [paint("bold", `Packages: ${plural(changes.length, "change")}`)];
  for (const { manager, name, change, before, after, bytesBefore, bytesAfter } of changes.slice(0, rows)) {
    const sign = { added: "+", removed: "-", changed: "~" }[change];
    const versions = change === "changed" ? `${before.join(", ")} → ${after.join(", ")}` : [...before, ...after].join(", ");
    const bytes = bytesAfter === bytesBefore ? "" : paint("dim", `  ${signedBytes(bytesAfter - bytesBefore)}`);
    lines.push(` ${sign} ${manager} ${sanitize(name)} ${sanitize(versions)}${bytes}`);
  }
  if (changes.length > rows) lines.push(paint("dim", `   and ${changes.length - rows} more; --all shows every one`));
  return lines;
}

function texts({ texts: all }: ImageDiff, { paint }: Context): string[] {
  return all.flatMap(({ path, patch, reason }) => {
    if (patch === null) return [`${sanitize(path)}: ${reason}`];
    return sanitizeLines(patch)
      .trimEnd()
      .split("\n")
      .map((line) => paintPatchLine(line, paint));
  });
}

const patchStyles = { "+": "green", "-": "red", "@": "cyan" } as const;

function paintPatchLine(line: string, paint: Paint): string {
  const mark = /^(?:[-+]|@(?=@))/.exec(line)?.[0] as keyof typeof patchStyles | undefined;
  return mark === undefined ? line : paint(patchStyles[mark], line);
}

function verdict(diff: ImageDiff): string[] {
  const times = diff.files.timeOnly === 0 ? "" : `; ${plural(diff.files.timeOnly, "path differs", "paths differ")} in time alone`;
  if (!differs(diff)) return [`No differences${times}.`];
  return [
    `${plural(diff.files.changes.length, "path differs", "paths differ")}, ${plural(diff.config.length, "config field differs", "config fields differ")}${times}.`,
  ];
}
