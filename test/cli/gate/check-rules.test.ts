import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ruleIds, ruleKinds } from "../../../src/config/rule-schema.ts";
import type { RuleId } from "../../../src/config/rule-schema.ts";
import { ociArchive } from "../../helpers/image-fixture.ts";
import type { ImageFixture } from "../../helpers/image-fixture.ts";
import { runCli } from "../../helpers/run-cli.ts";
import { directory, file, symlink, whiteout } from "../../helpers/tar-fixture.ts";
import type { FixtureItem } from "../../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../../helpers/temp-dir.ts";

const bottom: readonly FixtureItem[] = [
  directory("etc"),
  file("etc/a", "a".repeat(1000)),
  directory("usr/bin"),
  file("usr/bin/su", "s".repeat(100), { mode: 0o4755 }),
  file("tmp/open", "o".repeat(50), { mode: 0o666 }),
  file("var/cache/apt/archives/x.deb", "d".repeat(5000)),
];
const middle: readonly FixtureItem[] = [
  directory("etc"),
  file("etc/a", "b".repeat(2000)),
  directory("opt"),
  file("opt/one", "1".repeat(700)),
  file("opt/two", "1".repeat(700)),
  file("opt/gone", "g".repeat(300)),
  file("opt/meta", "m".repeat(400)),
  file("opt/same", "i".repeat(250)),
];
const top: readonly FixtureItem[] = [
  directory("opt"),
  whiteout("opt/gone"),
  file("opt/meta", "m".repeat(400), { mode: 0o600 }),
  file("opt/same", "i".repeat(250)),
  file("opt/seven", "7".repeat(10), { typeflag: "7" }),
  file("opt/future", "f".repeat(20), { mtime: 4_000_000_000 }),
];
const gzipped = (content: readonly FixtureItem[]) => ({ content, compression: "gzip" as const, created: "2024-05-06T07:08:09Z" });
const image: ImageFixture = {
  layers: [gzipped(bottom), gzipped(middle), gzipped(top)],
  config: { Labels: { present: "yes" }, Env: ["DB_PASSWORD=kT9#vLq2xWz8mR4p"] },
};

/** The figure each rule measures on that image, worked out by hand from the entries above. */
const figures: Partial<Record<RuleId, number>> = {
  efficiency: 9230 / 11180,
  "wasted-bytes": 1950,
  "wasted-ratio": 1950 / 11180,
  "user-wasted-bytes": 950,
  "user-wasted-ratio": 950 / 5030,
  "overwritten-bytes": 1000,
  "removed-bytes": 300,
  "metadata-bytes": 400,
  "identical-bytes": 250,
  "image-size": 11180,
  "user-size": 5030,
  "layer-count": 3,
  "largest-layer": 6150,
  "largest-file": 5000,
  "growth-bytes": 5030,
  "growth-percent": (5030 / 6150) * 100,
  "duplicate-bytes": 700,
  "leftover-bytes": 5000,
  "unowned-bytes": 9230,
  "setuid-files": 1,
  "world-writable": 1,
  "unreproducible-layers": 1,
  "engine-divergence": 1,
  lowestEfficiency: 8230 / 11180,
  highestWastedBytes: 4600,
  highestUserWastedPercent: 4600 / 5030,
};

/** For what is not a single number: a threshold that holds, and one that does not. */
const others: Partial<Record<RuleId, readonly [holds: unknown, breaks: unknown]>> = {
  "forbidden-paths": [["/etc/b", "/opt/*.deb"], ["/**/*.deb"]],
  "required-paths": [
    ["/etc/a", "/opt/t??"],
    ["/etc/a", "/etc/missing"],
  ],
  "required-labels": [["present"], ["present", "absent"]],
};

interface Gate {
  readonly status: string;
  readonly rules: readonly {
    readonly rule: string;
    readonly status: string;
    readonly value: number | null;
    readonly reason: string;
    readonly because: string | null;
  }[];
}

async function judge(
  settings: (id: RuleId) => unknown,
  ids: readonly RuleId[],
  change: Partial<ImageFixture> = {},
): Promise<{ gate: Gate; exit: number | null }> {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "image.tar"), ociArchive([{ ...image, ...change }]));
  writeFileSync(join(cwd, "base.tar"), ociArchive([{ layers: [gzipped(bottom)] }]));
  // JSON is YAML.
  writeFileSync(
    join(cwd, ".ballast.yaml"),
    JSON.stringify({ base: "base.tar", baseline: "base.tar", rules: Object.fromEntries(ids.map((id) => [id, settings(id)])) }),
  );
  const result = await runCli(["check", "image.tar", "--json", "--rules", "none"], { cwd });
  expect(result.stderr).toBe("");
  return { gate: (JSON.parse(result.stdout) as { gate: Gate }).gate, exit: result.status };
}

function holding(id: RuleId): unknown {
  const figure = figures[id];
  // The very figure: what equals a threshold does not break it.
  return figure ?? others[id]![0];
}

function breaking(id: RuleId): unknown {
  const figure = figures[id];
  if (figure === undefined) return others[id]![1];
  if (id === "efficiency" || id === "lowestEfficiency") return figure + 1e-9;
  return ruleKinds[id] === "ratio" || ruleKinds[id] === "percent" ? figure - 1e-9 : figure - 1;
}

const options = (id: RuleId) => (id === "engine-divergence" ? { codes: ["contiguous-file"] } : {});
const measured = [...Object.keys(figures), ...Object.keys(others)] as RuleId[];

describe("every rule", () => {
  it("has a case here or below", () => {
    // Those about packages: test/cli/packages.test.ts.
    const elsewhere = ["package-bytes", "recommended-bytes", "build-packages", "forbidden-packages"];
    const below = [...elsewhere, "secrets", "root-user", "compressed-size", "compressed-growth-bytes", "compressed-growth-percent"];
    expect([...measured, ...below].sort()).toEqual([...ruleIds].sort());
  });

  it("passes at its threshold, and measures what the image holds", async () => {
    const { gate, exit } = await judge((id) => ({ fail: holding(id), ...options(id) }), measured);
    expect(gate.rules.filter(({ status }) => status !== "pass")).toEqual([]);
    for (const { rule, value } of gate.rules)
      if (figures[rule as RuleId] !== undefined) expect([rule, value]).toEqual([rule, figures[rule as RuleId]]);
    expect([gate.status, exit]).toEqual(["pass", 0]);
  });

  it("warns past its warning threshold and does not fail the gate", async () => {
    const { gate, exit } = await judge((id) => ({ warn: breaking(id), ...options(id) }), measured);
    expect(gate.rules.filter(({ status }) => status !== "warn")).toEqual([]);
    expect([gate.status, exit]).toEqual(["warn", 0]);
  });

  it("fails past its threshold, with the reason that its owner gave", async () => {
    const { gate, exit } = await judge((id) => ({ fail: breaking(id), reason: `because of ${id}`, ...options(id) }), measured);
    expect(gate.rules.filter(({ status, rule, because }) => status !== "fail" || because !== `because of ${rule}`)).toEqual([]);
    expect([gate.status, exit]).toEqual(["fail", 1]);
  });
});

describe("single rules", () => {
  it("root-user tells users that are root from others", async () => {
    for (const [User, status] of [
      ["0:app", "fail"],
      // Engines read the number as a number.
      ["+0", "fail"],
      ["app:root", "pass"],
    ] as const) {
      const { gate } = await judge(() => ({ fail: true }), ["root-user"], { config: { User } });
      expect([User, gate.rules[0]?.status]).toEqual([User, status]);
    }
  });

  it("engine-divergence counts what is told together: of 30 places in a layer 11 were counted", async () => {
    const twice = Array.from({ length: 30 }, (_, i) => [file(`d${i}`, "1"), file(`d${i}`, "2")]).flat();
    const { gate } = await judge(() => 29, ["engine-divergence"], { layers: [gzipped(bottom), gzipped(twice)] });
    expect(gate.rules.map(({ status, value }) => [status, value])).toEqual([["fail", 30]]);
  });

  it("globs lead through links as paths do: /bin/nc was not forbidden where /bin is a link to usr/bin", async () => {
    const links = [file("usr/bin/nc", "n"), symlink("bin", "usr/bin"), symlink("nowhere", "/no")];
    const layers = [gzipped(bottom), gzipped(links)];
    const globs = { "forbidden-paths": ["/bin/n*"], "required-paths": ["/bin/nc"] } as Partial<Record<RuleId, string[]>>;
    const { gate } = await judge((id) => globs[id], ["forbidden-paths", "required-paths"], { layers });
    expect(gate.rules.map(({ rule, status }) => [rule, status])).toEqual([
      ["forbidden-paths", "fail"],
      ["required-paths", "pass"],
    ]);
    const other = await judge(() => ["/bin/x/**", "/nowhere/a", "/usr/lib/*"], ["forbidden-paths"], { layers });
    expect(other.gate.status).toBe("pass");
  });

  it("about packages do not pass where a database of them cannot be read: any package could be in it", async () => {
    const broken = [file("var/lib/rpm/rpmdb.sqlite", "SQLite format 3\0".padEnd(4000, "x")), file("app/package.json", "{")];
    const layers = [gzipped(bottom), gzipped(broken)];
    const ids = ["package-bytes", "recommended-bytes", "build-packages", "forbidden-packages"] as const;
    const { gate, exit } = await judge((id) => (id === "forbidden-packages" ? ["telnetd"] : 10), ids, { layers });
    expect(gate.rules.map(({ status }) => status)).toEqual(["unjudged", "unjudged", "unjudged", "unjudged"]);
    expect([gate.rules.at(-1)?.reason.slice(0, 50), exit]).toEqual(["0 found, but /var/lib/rpm/rpmdb.sqlite is damaged:", 1]);
  });

  it("compressed rules measure stored bytes", async () => {
    const compressed = ["compressed-size", "compressed-growth-bytes", "compressed-growth-percent"] as const;
    const { gate } = await judge(() => 0, compressed);
    const [size, growth, percent] = gate.rules.map(({ value }) => value!);
    expect(gate.rules.map(({ status }) => status)).toEqual(["fail", "fail", "fail"]);
    expect(size).toBeLessThan(2000);
    expect(percent).toBeCloseTo((growth! / (size! - growth!)) * 100, 6);
  });

  it("cannot be judged without what they need, and that fails the gate unless it shall only warn", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "image.tar"), ociArchive([{ layers: [bottom] }]));
    const run = async (...args: string[]) => {
      const result = await runCli(["check", "image.tar", "--json", "--rules", "none", ...args], { cwd });
      const { gate } = JSON.parse(result.stdout) as { gate: Gate };
      return [gate.rules[0]?.status, gate.status, result.status];
    };
    expect(await run("--fail", "growth-bytes=1GB")).toEqual(["unjudged", "fail", 1]);
    expect(await run("--warn", "growth-bytes=1GB")).toEqual(["unjudged", "warn", 0]);
    expect(await run("--fail", "user-wasted-bytes=1GB")).toEqual(["unjudged", "fail", 1]);
    expect(await run("--fail", "compressed-size=1GB")).toEqual(["unjudged", "fail", 1]);
    writeFileSync(join(cwd, ".ballast.yaml"), "rules:\n  growth-bytes: { fail: 1GB, unjudged: warn }\n");
    expect(await run()).toEqual(["unjudged", "warn", 0]);
  });
});
