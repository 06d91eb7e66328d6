/** What is measured, against what, and what the ratio is to be (design, "Figures to reach"). */
import { rmSync } from "node:fs";
import { join } from "node:path";

import type { BenchImage } from "./archive.ts";
import { removals, wide } from "./images.ts";
import { compressedLayout, generated } from "./inputs.ts";
import type { Command, Work } from "./measure.ts";

export interface Row {
  readonly name: string;
  readonly subject: Work;
  readonly yardstick: Work;
  /** Highest ratio of the two times; null when the row is only for comparison. */
  readonly target: number | null;
  /** Instead of a ratio: seconds the subject may take longer. */
  readonly margin?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Run once before, unmeasured. */
  readonly setup?: readonly Command[];
}

export interface Place {
  /** The project. */
  readonly root: string;
  /** `.bench` */
  readonly directory: string;
}

const MB = 1_000_000;

/** Rows are made one by one, because making one's inputs may take a minute. A function that returns null lacks a program. */
export function rows(place: Place, big: BenchImage): readonly { readonly name: string; make(): Promise<Row | null> }[] {
  const ballast = (args: readonly string[], more: Partial<Command> = {}): Work => ({
    label: `ballast ${args[0]}`,
    commands: [
      { program: process.execPath, args: [join(place.root, "dist/src/cli.js"), ...args], env: { CI: "", NO_COLOR: "1" }, ...more },
    ],
  });
  const analyze = (image: string, ...flags: string[]): Work =>
    ballast(["analyze", image, "--format", "json", "--quiet", "--secrets", "off", ...flags]);
  /** What the terminal UI needs for its first screen. */
  const treeAndWaste = (image: string): Work =>
    ballast(["analyze", image, "--quiet", "--secrets", "off", "--no-verify", "--no-cache", "--no-duplicates"]);
  const cat: Work = shell("cat | cat", `cat "$1" | cat > /dev/null`, [big.archive]);
  const each = (label: string, command: string, paths: readonly string[]): Work =>
    shell(label, `for f; do ${command} "$f" > /dev/null; done`, paths);
  const warmCache = join(place.directory, "cache");

  return [
    {
      name: "tree and waste of the docker-archive, unverified",
      make: async () => ({
        ...row("docker-archive, first screen", treeAndWaste(big.archive), cat, 0.6),
        memory: 200 * MB,
      }),
    },
    {
      name: "the same, every diff ID verified",
      make: async () => row("docker-archive, verified", analyze(big.archive, "--no-cache"), cat, 1.2),
    },
    ...(["gzip", "zstd"] as const).map((kind) => ({
      name: `OCI layout, ${kind} layers`,
      make: async () => {
        const layout = await compressedLayout(place.directory, big, kind);
        if (layout === null) return null;
        const yardstick = kind === "gzip" ? each("pigz -dc", "pigz -dc", layout.blobs) : each("zstd -dc", "zstd -q -dc", layout.blobs);
        return row(`OCI, ${kind} layers`, analyze(`oci:${layout.directory}`, "--no-cache"), yardstick, kind === "gzip" ? 0.6 : 1.5);
      },
    })),
    {
      name: "the image again, its layers known",
      make: async () => {
        const layout = await compressedLayout(place.directory, big, "gzip");
        if (layout === null) return null;
        const again = withCache(analyze(`oci:${layout.directory}`), warmCache);
        const first = withCache(analyze(`oci:${layout.directory}`), join(place.directory, "cold"), () =>
          rmSync(join(place.directory, "cold"), { recursive: true, force: true }),
        );
        return row("OCI gzip again, layers known", again, { ...first, label: "the first time" }, 0.3);
      },
    },
    ...(
      [
        [150, 40],
        [60, 25],
      ] as const
    ).map(([thousands, layers]) => ({
      name: `${thousands},000 files and ${layers} layers`,
      make: async () => {
        const image = generated(place.directory, `wide-${thousands}k-${layers}`, () => wide(thousands * 1000, layers));
        const yardstick = each(
          "tar -tf each layer",
          "tar -tf",
          image.layers.map((layer) => layer.path),
        );
        return { ...row(`${thousands}k files × ${layers} layers`, treeAndWaste(image.archive), yardstick, 3), memory: 300 * MB };
      },
    })),
    {
      name: "1,000 whiteouts over 60,000 files",
      make: async () => {
        const withWhiteouts = generated(place.directory, "whiteouts-60k", () => removals(1000, true));
        const without = generated(place.directory, "no-whiteouts-60k", () => removals(1000, false));
        const yardstick = { ...analyze(without.archive, "--no-verify", "--no-cache"), label: "without them" };
        return row("1,000 whiteouts over 60k files", analyze(withWhiteouts.archive, "--no-verify", "--no-cache"), yardstick, 1.3);
      },
    },
    {
      name: "secrets in every byte",
      make: async () => ({
        ...row(
          "with secrets beside without",
          ballast(["analyze", big.archive, "--format", "json", "--quiet", "--no-cache"]),
          { ...analyze(big.archive, "--no-cache"), label: "--secrets off" },
          null,
        ),
      }),
    },
    ...[true, false].map((verified) => ({
      name: verified ? "squash to gzip, verified" : "squash to gzip",
      make: async () => {
        const flat = join(place.directory, "flat.tar");
        const out = join(place.directory, "squashed.tar");
        const squash = [
          "squash",
          big.archive,
          "--all",
          "--output",
          `docker-archive:${out}`,
          "--force",
          "--compression",
          "gzip:6",
          "--quiet",
        ];
        const subject = ballast(verified ? squash : [...squash, "--no-verify"]);
        const { commands: setup } = ballast(["export", big.archive, "-o", flat]);
        const yardstick = shell("pigz -6 of the same files", `pigz -6 -c "$1" > "$2"`, [flat, join(place.directory, "flat.tar.gz")]);
        return {
          ...row(verified ? "squash --all to gzip, verified" : "squash --all to gzip", subject, yardstick, verified ? null : 1.2),
          setup,
        };
      },
    })),
    {
      name: "start-up",
      make: async () => ({ ...row("ballast --version", ballast(["--version"]), nodeAlone, null), margin: 0.06 }),
    },
    {
      name: "dive",
      make: async () => row("dive beside ballast", analyze(big.archive, "--no-cache"), dive(big.archive), null),
    },
  ];
}

const nodeAlone: Work = { label: "node -e 0", commands: [{ program: process.execPath, args: ["-e", "0"] }] };

function dive(archive: string): Work {
  return { label: "dive --json", commands: [{ program: "dive", args: ["--source", "docker-archive", archive, "--json", "/dev/null"] }] };
}

function row(name: string, subject: Work, yardstick: Work, target: number | null): Row {
  return { name, subject, yardstick, target };
}

function shell(label: string, script: string, args: readonly string[]): Work {
  return { label, commands: [{ program: "sh", args: ["-c", script, "sh", ...args] }] };
}

function withCache(work: Work, directory: string, prepare?: () => void): Work {
  const more = { env: { XDG_CACHE_HOME: directory }, ...(prepare === undefined ? {} : { prepare }) };
  return { ...work, commands: work.commands.map((command) => ({ ...command, ...more })) };
}
