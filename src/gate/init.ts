/** `ballast check --init`: a commented `.ballast.yaml` fitted to one image, which passes it with little room to spare. */
import type { Analysis } from "../../analyzers/analysis.ts";
import { runUser } from "../../analyzers/run-user.ts";
import { isGrave } from "../base/severity.ts";
import { formatBytes, plural } from "../terminal/format-bytes.ts";

/** Text of the file. It holds nothing from the image but numbers. */
export function initialConfig(analysis: Analysis): string {
  const sections = [
    [
      "# What `ballast check IMAGE` holds an image to. `ballast check --explain RULE` says more about each rule.",
      "# A rule fails or warns when its figure is past the threshold; equal passes. Bytes are like 20MB or 20MiB, ratios like 0.9 or 90%.",
      "version: 1",
    ],
    ["rules:", ...wasteRules(analysis)],
    sizeRules(analysis),
    [
      "  # Growth against --baseline IMAGE or report.json. Without one the rule cannot be judged, which here only warns.",
      "  # growth-percent: { fail: 5%, unjudged: warn }",
    ],
    cacheRule(analysis),
    secretRule(analysis),
    [userRule(analysis)],
    otherRules,
    exceptions,
    allowedSecrets,
  ];
  return sections.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

function wasteRules({ totals, efficiency, base }: Analysis): string[] {
  const ownLayers =
    base.from === "none"
      ? ["  # As above for your own layers; needs the base image: `base: NAME` or --base NAME", "  # user-wasted-bytes: { fail: 10MB }"]
      : [
          `  # As above for the layers above the base (its ${plural(base.layers, "layer")}, by ${base.from}). Now: ${formatBytes(efficiency.user.wastedBytes)}`,
          `  user-wasted-bytes: { fail: ${budget(efficiency.user.wastedBytes)} }`,
        ];
  return [
    `  # The part of all stored bytes that the final filesystem shows. Now: ${efficiency.score.toFixed(4)}`,
    `  efficiency: { fail: ${below(efficiency.score)}, reason: "what is pulled should be used" }`,
    "",
    `  # Bytes that are stored and never shown. Now: ${formatBytes(totals.wastedBytes)}`,
    `  wasted-bytes: { fail: ${budget(totals.wastedBytes)} }`,
    ...ownLayers,
  ];
}

function sizeRules({ totals, layers }: Analysis): string[] {
  const compressed =
    totals.compressedBytes === null
      ? ["  # compressed-size: { fail: 200MB }   # this image's source does not say how large it is compressed"]
      : [
          `  # What a pull moves. Now: ${formatBytes(totals.compressedBytes)}`,
          `  compressed-size: { fail: ${budget(totals.compressedBytes)} }`,
        ];
  return [
    `  # Content bytes of all layers. Now: ${formatBytes(totals.totalBytes)}`,
    `  image-size: { fail: ${budget(totals.totalBytes)} }`,
    ...compressed,
    `  layer-count: { warn: ${Math.max(layers.length + 5, 20)} }   # now ${layers.length}`,
  ];
}

function cacheRule({ leftovers }: Analysis): string[] {
  const caches = leftovers
    .filter(({ category }) => category === "caches" || category === "stores")
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return [`  # Package caches left behind. Now: ${formatBytes(caches)}`, `  leftover-bytes: { warn: ${budget(caches)} }`];
}

function secretRule({ secrets }: Analysis): string[] {
  const severe = (secrets ?? []).filter(({ severity }) => isGrave(severity)).length;
  const now = secrets === null ? "" : `. Now: ${secrets.length}, high or critical: ${severe}`;
  return [
    `  # Findings of that severity and above${now}`,
    ...(severe > 0 ? ["  # This image does not pass: rotate them, or list false alarms below by fingerprint."] : []),
    "  secrets: { fail: high, warn: medium }",
  ];
}

function userRule({ image, accounts }: Analysis): string {
  return runUser(image.config, accounts).is === "root"
    ? "  root-user: { warn: true }   # this image runs as root"
    : "  root-user: { fail: true }";
}

const otherRules = [
  '  # forbidden-paths: { fail: ["/root/.ssh/**", "**/.git"] }',
  '  # required-paths: { fail: ["/etc/ssl/certs/**"] }',
  "  # required-labels: { warn: [org.opencontainers.image.source] }",
  "  # setuid-files: { warn: 0 }",
  "  # world-writable: { fail: 0 }",
  "  # engine-divergence: { warn: 0 }",
  "  # unreproducible-layers: { warn: 0 }",
];

const exceptions = [
  "# Exceptions: any of rule, path (a glob) and fingerprint, always with a reason. An entry past its date fails the gate.",
  "# ignore:",
  "#   - rule: setuid-files",
  "#     path: /usr/bin/sudo",
  "#     reason: the entrypoint needs it",
  "#     expires: 2027-01-31",
];

const allowedSecrets = [
  "# Findings that are not secrets, by the fingerprint that the report shows.",
  "# secrets:",
  "#   allow:",
  "#     - fingerprint: 0123456789ab",
  "#       reason: a key of the test suite",
];

/** The bytes plus a tenth, rounded to two digits. */
function budget(bytes: number): string {
  const wanted = Math.max(bytes * 1.1, 1_000_000);
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(wanted)) - 1);
  const rounded = Math.ceil(wanted / scale) * scale;
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
  ] as const) {
    if (rounded >= size) return `${Number((rounded / size).toFixed(3))}${unit}`;
  }
  return String(rounded);
}

function below(score: number): number {
  return Math.max(0, Math.floor(score * 100 - 1) / 100);
}
