/** What is measured, against what, and how much it may cost: what people type, with the flags that nobody has to give. */
import type { Work } from "./measure.ts";

/** Works by name, one of which is the subject. */
export interface Row {
  readonly name: string;
  readonly subject: Work;
  /** Run in turn with the subject; the ratio is to the first of them. */
  readonly yardsticks: readonly Work[];
  readonly limits: Limits;
  /** Run once before, unmeasured. */
  readonly setup?: readonly Work[];
}

export interface Limits {
  /** Highest ratio of the CPU seconds; without it the row is for comparison. */
  readonly ratio?: number;
  /** CPU seconds of a bare `node` are taken off the subject's first. */
  readonly withoutStart?: boolean;
  /** Highest ratio of the first yardstick to the subject: the same command at an image that is known. */
  readonly again?: number;
  /** CPU seconds that the subject may take beyond the yardstick's. */
  readonly more?: number;
  /** Bytes. */
  readonly memory?: number;
}

/** An image that the rows are about. */
export interface Subject {
  readonly name: string;
  readonly archive: string;
  readonly bytes: number;
}

/** Yardsticks that read nothing of an image but its bytes. */
export interface Tools {
  readonly ballast: (...args: readonly string[]) => Work;
  /** Null where the program is not installed. */
  readonly dive: ((archive: string) => Work) | null;
  readonly crane: ((archive: string) => Work) | null;
  readonly gitleaks: ((archive: string) => Work) | null;
  /** Of an image that a Docker daemon holds, into an archive; null without either. */
  readonly dockerSquash: ((image: string, archive: string) => Work) | null;
}

/** With a cache of its own: empty before every run when `isCold`. */
export type Cached = (work: Work, isCold: boolean) => Work;

/** Three things that people type at every image: the first time, and again. */
export function typedRows({ name, archive }: Subject, cached: Cached, { ballast, dive, crane, gitleaks }: Tools): Row[] {
  const peers = [dive, crane, gitleaks].flatMap((peer) => (peer === null ? [] : [peer(archive)]));
  const cat = shell("cat FILE | cat", 'cat "$1" | cat > /dev/null', archive);
  const row = (what: string, yardsticks: readonly Work[], ...args: readonly string[]): Row => {
    const work = ballast(...args, archive);
    const again = cached({ ...work, label: "again" }, false);
    return {
      name: `${name}: ${what}`,
      subject: cached({ ...work, label: what }, true),
      yardsticks: [again, cat, ...yardsticks],
      limits: { again: 0.2 },
      setup: [again],
    };
  };
  return [
    row("ballast IMAGE", []),
    // Peers are gates, or nothing: beside the gate alone, because some of them take minutes.
    row("ballast check IMAGE", peers, "check", "--rules", "ballast"),
    row("ballast analyze --json IMAGE", [], "analyze", "--json"),
  ];
}

/** Against reading, hashing, listing and unpacking alone. */
export function byteRows(
  big: Subject,
  layers: readonly string[],
  packed: { readonly gzip: Packed | null; readonly zstd: Packed | null },
  tools: Tools,
): Row[] {
  const json = (image: string): Work => tools.ballast("analyze", "--json", "--secrets", "off", "--no-cache", image);
  const hashed: Row = {
    name: "1 GB archive, secrets off, verified",
    subject: json(big.archive),
    yardsticks: [
      shell("openssl sha256 + cat | cat", 'openssl sha256 "$1" > /dev/null; cat "$1" | cat > /dev/null', big.archive),
      shell("tar -t of each layer", 'for f; do tar -tf "$f" > /dev/null; done', ...layers),
    ],
    limits: { ratio: 1.6 },
  };
  const unpacked = ([kind, program, ratio]: readonly ["gzip" | "zstd", string, number]): Row[] => {
    const layout = packed[kind];
    if (layout === null) return [];
    const script = `for f; do ${program} "$f" | openssl sha256 > /dev/null; done`;
    return [
      {
        name: `the same from ${kind} layers`,
        subject: json(`oci:${layout.directory}`),
        yardsticks: [shell(`${program} + openssl sha256`, script, ...layout.blobs)],
        limits: { ratio },
      },
    ];
  };
  const native = "zstdCompressSync" in process.getBuiltinModule("zlib");
  return [hashed, ...unpacked(["gzip", "pigz -dc", 1.2]), ...unpacked(["zstd", "zstd -q -dc", native ? 1.6 : 2.4]), secretsRow(big, tools)];
}

function secretsRow(big: Subject, { ballast }: Tools): Row {
  return {
    name: "1 GB archive, secrets on",
    subject: ballast("analyze", "--json", "--no-cache", big.archive),
    yardsticks: [{ ...ballast("analyze", "--json", "--secrets", "off", "--no-cache", big.archive), label: "the same, secrets off" }],
    limits: { more: big.bytes / 250e6 },
  };
}

export interface Packed {
  readonly directory: string;
  readonly blobs: readonly string[];
}

/** Against dive, on what it can read to the end; and text with its duplicates against JSON. */
export function peerRows(demo: Subject, application: Subject, wide: Subject, cached: Cached, { ballast, dive }: Tools): Row[] {
  const small = dive === null ? [] : [demo, application];
  const check = (image: string, ...flags: string[]): Work => ballast("check", "--rules", "ballast", "--secrets", "off", ...flags, image);
  const json = (image: string, ...flags: string[]): Work => ballast("analyze", "--json", "--no-cache", ...flags, image);
  const manyFiles = (name: string, subject: Work): Row[] =>
    dive === null ? [] : [{ name, subject, yardsticks: [dive(wide.archive)], limits: { ratio: 1, memory: 300e6 } }];
  return [
    ...manyFiles("150k files × 40 layers: check, secrets off", check(wide.archive, "--no-cache")),
    ...manyFiles("150k files × 40 layers: analyze --json, secrets off", json(wide.archive, "--secrets", "off")),
    ...small.map(({ name, archive }) => ({
      name: `${name}: check, secrets off`,
      setup: [cached(check(archive), true)],
      // Nothing is known of the image, but the program has run before: its compiled code is there.
      subject: { ...check(archive, "--no-cache"), env: cached(check(archive), true).env! },
      yardsticks: [dive!(archive)],
      limits: { ratio: 1.5, withoutStart: true },
    })),
    {
      name: "150k files × 40 layers: text, duplicates included",
      subject: ballast(wide.archive, "--no-cache"),
      yardsticks: [{ ...json(wide.archive), label: "analyze --json" }],
      limits: { ratio: 1.1 },
    },
  ];
}

export function shell(label: string, script: string, ...args: readonly string[]): Work {
  return { label, program: "bash", args: ["-c", script, "bash", ...args] };
}
