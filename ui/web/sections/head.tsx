import { causeTitles } from "../../viewmodel/findings/waste-causes.ts";
import { isGrave } from "../../../src/base/severity.ts";
import { wasteCauses } from "../../../src/report/html/page-data.ts";
import type { ImagePage } from "../../../src/report/html/page-data.ts";
import { formatBytes, formatPercent, plural } from "../../../src/terminal/format-bytes.ts";
import { Figures } from "../parts/navigation.tsx";
import type { Figure } from "../parts/navigation.tsx";
import { useTheme } from "../parts/theme.ts";
import type { ImageTree } from "../read/image-tree.ts";
import { causeColor } from "../treemap/colors.ts";

const verdicts = { pass: "Passed", warn: "Passed with warnings", fail: "Failed" } as const;

export function ImageHead({ data, tree }: { readonly data: ImagePage; readonly tree: ImageTree }) {
  const { image, gate, shown } = data;
  return (
    <header>
      <h1>
        <Mark /> {image.reference}
      </h1>
      <p class="facts">
        <span>{image.platform}</span>
        {shown.config.created !== null && <span>created {shown.config.created.slice(0, 10)}</span>}
        <span>{image.transport}</span>
        <code title="config digest">{image.configDigest.slice(0, 19)}</code>
        {!image.verified && <span class="tag warn">not verified</span>}
      </p>
      {gate !== null && (
        <p class={`verdict ${gate.status}`}>
          <strong>{verdicts[gate.status]}</strong> <span>{withoutVerdict(gate.sentence)}</span> <a href="#gate">All rules</a>
        </p>
      )}
      <Figures figures={figuresOf(data)} />
      <Causes tree={tree} />
    </header>
  );
}

/** Removes the verdict from the start of the sentence, because it is shown in front of it anyway. */
function withoutVerdict(sentence: string): string {
  return sentence.replace(/^(?:Passed|Failed)(?: with warnings)?: /, "");
}

function figuresOf({ totals, score, layers, base, secrets, baseline }: ImagePage): Figure[] {
  const { totalBytes, finalBytes, wastedBytes, compressedBytes } = totals;
  const grown = totalBytes - (baseline?.totalBytes ?? 0);
  const stored = compressedBytes === null ? "in all layers" : `${formatBytes(compressedBytes)} compressed`;
  return [
    {
      label: "Stored",
      value: formatBytes(totalBytes),
      note: baseline === null ? stored : `${grown < 0 ? "" : "+"}${formatBytes(grown)} against ${baseline.name}`,
    },
    { label: "Shown", value: formatBytes(finalBytes), note: "what a container sees" },
    {
      label: "Wasted",
      value: formatBytes(wastedBytes),
      note: totalBytes === 0 ? "" : `${formatPercent(wastedBytes / totalBytes)} of what is stored`,
      ...(wastedBytes > 0 ? { tone: "waste" as const } : {}),
    },
    {
      label: "Efficiency",
      value: formatPercent(score),
      note: "shown ÷ stored",
      ...(score >= 0.95 ? { tone: "good" as const } : score < 0.8 ? { tone: "warn" as const } : {}),
    },
    {
      label: "Layers",
      value: String(layers.length),
      note: base.layers === 0 ? "no base known" : `${base.layers} of the base${base.from === "guess" ? ", a guess" : ""}`,
    },
    secretFigure(secrets),
  ];
}

function secretFigure(secrets: ImagePage["secrets"]): Figure {
  if (secrets === null) return { label: "Secrets", value: "–", note: "not looked for" };
  const bad = secrets.filter(({ severity }) => isGrave(severity)).length;
  if (secrets.length === 0) return { label: "Secrets", value: "0", note: "none found", tone: "good" };
  return {
    label: "Secrets",
    value: String(secrets.length),
    note: bad === 0 ? "none severe" : `${bad} high or critical`,
    tone: bad > 0 ? "bad" : "warn",
  };
}

/** The waste by cause, as a bar and in words. */
function Causes({ tree }: { readonly tree: ImageTree }) {
  const theme = useTheme();
  const total = tree.wasted[0]!;
  if (total === 0) return <p class="causes">Nothing is wasted: every byte that a layer stores is shown in the end.</p>;
  const parts = wasteCauses
    .map((cause, at) => {
      const rows = tree.waste.filter((row) => row.cause === at);
      return { cause, at, files: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) };
    })
    .filter(({ files }) => files > 0)
    .sort((a, b) => b.bytes - a.bytes);
  return (
    <div class="causes">
      <span class="stack" aria-hidden="true">
        {parts.map(({ cause, at, bytes }) => (
          <span key={cause} class="hatched" style={{ width: `${(bytes / total) * 100}%`, color: causeColor(theme, at) }} />
        ))}
      </span>
      <ul>
        {parts.map(({ cause, at, bytes, files }) => (
          <li key={cause}>
            <i class="hatched" style={{ color: causeColor(theme, at) }} />
            <b>{formatBytes(bytes)}</b> {causeTitles[cause]} <small>({plural(files, "file")})</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Mark() {
  return (
    <svg viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
      <rect width="16" height="16" rx="3" class="mark" />
      <path d="M3 4h6v8H3z" fill="#fff" />
      <path d="M10 4h3v3h-3zM10 8h3v4h-3z" fill="#f0a35c" />
    </svg>
  );
}
