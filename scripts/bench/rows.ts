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
}

/** Three things that people type at every image, cold. */
export function typedRows({ name, archive }: Subject, { ballast, dive, crane, gitleaks }: Tools): Row[] {
  const peers = [dive, crane, gitleaks].flatMap((peer) => (peer === null ? [] : [peer(archive)]));
  const cat = shell("cat FILE | cat", 'cat "$1" | cat > /dev/null', archive);
  const row = (what: string, yardsticks: readonly Work[], ...args: readonly string[]): Row => ({
    name: `${name}: ${what}`,
    subject: { ...ballast(...args), label: what },
    yardsticks,
    limits: {},
  });
  return [
    row("ballast IMAGE", [cat], archive, "--no-cache"),
    // Peers are gates, or nothing: beside the gate once, because some of them take minutes.
    row("ballast check IMAGE", [cat, ...peers], "check", "--rules", "ballast", archive, "--no-cache"),
    row("ballast analyze --json IMAGE", [cat], "analyze", "--json", archive, "--no-cache"),
  ];
}

/** Against reading, hashing and unpacking alone. */
export function byteRows(big: Subject, packed: { readonly gzip: Packed | null; readonly zstd: Packed | null }, tools: Tools): Row[] {
  const json = (image: string): Work => tools.ballast("analyze", "--json", "--secrets", "off", "--no-cache", image);
  const hashed: Row = {
    name: "1 GB archive, secrets off, verified",
    subject: json(big.archive),
    yardsticks: [shell("openssl sha256 + cat | cat", 'openssl sha256 "$1" > /dev/null; cat "$1" | cat > /dev/null', big.archive)],
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
export function peerRows(demo: Subject, application: Subject, wide: Subject, { ballast, dive }: Tools): Row[] {
  const small = dive === null ? [] : [demo, application];
  const check = (image: string): Work => ballast("check", "--rules", "ballast", "--secrets", "off", "--no-cache", image);
  const json = (image: string, ...flags: string[]): Work => ballast("analyze", "--json", "--no-cache", ...flags, image);
  const manyFiles = (name: string, subject: Work): Row[] =>
    dive === null ? [] : [{ name, subject, yardsticks: [dive(wide.archive)], limits: { ratio: 1, memory: 300e6 } }];
  return [
    ...manyFiles("150k files × 40 layers: check, secrets off", check(wide.archive)),
    ...manyFiles("150k files × 40 layers: analyze --json, secrets off", json(wide.archive, "--secrets", "off")),
    ...small.map(({ name, archive }) => ({
      name: `${name}: check, secrets off`,
      subject: check(archive),
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

/** An image that was read before. */
export function knownRows(images: readonly Subject[], cached: (work: Work, isCold: boolean) => Work, { ballast }: Tools): Row[] {
  return images.map(({ name, archive }) => {
    const work = ballast("analyze", "--json", archive);
    return {
      name: `${name}: again, known`,
      subject: cached(work, false),
      yardsticks: [{ ...cached(work, true), label: "the first time" }],
      limits: { ratio: 0.2 },
      setup: [cached(work, false)],
    };
  });
}

export function shell(label: string, script: string, ...args: readonly string[]): Work {
  return { label, program: "bash", args: ["-c", script, "bash", ...args] };
}
