/** Packages as the package managers themselves tell them: real installations, with dpkg, apt, rpm, npm, pip, gem and Go as judges. */
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { Analysis } from "../../analyzers/analysis.ts";
import { ownerOf } from "../../analyzers/packages/owner-of.ts";
import { resolvePath } from "../../src/filesystem/resolve-path.ts";
import { analyzeImage } from "../../src/operations/analyze-image.ts";
import { Scanner } from "../../src/scan/scanner.ts";
import { EntryType } from "../../src/tar/entry.ts";
import { openImage } from "../../src/transports/open.ts";
import { describeComponents, programPath } from "../helpers/components/available.ts";
import { debianBaseTar } from "../helpers/components/debian-base.ts";
import { run, tryRun } from "../helpers/components/run.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { makeTemporaryDirectory, removeDirectory } from "../helpers/temp-dir.ts";

let directory: string;
let scanner: Scanner;
beforeAll(() => {
  directory = makeTemporaryDirectory();
  scanner = new Scanner({ verify: false, rules: null, cacheDirectory: null, workers: 0 });
});
afterAll(async () => {
  await scanner.close();
  removeDirectory(directory);
});

/** The directory as an image of one layer, analysed. */
async function analyzed(root: string, name: string): Promise<Analysis> {
  const layer = join(directory, `${name}.layer`);
  await run("tar", ["-C", root, "-cf", layer, "."]);
  const path = join(directory, `${name}.tar`);
  writeFileSync(path, dockerArchive({ layers: [{ content: readFileSync(layer) }] }));
  const image = await openImage(path, { platform: null, verify: false, connection: {} });
  try {
    const analysis = await analyzeImage(image, { scanner, duplicates: false });
    expect(analysis.packages.owners.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(analysis.totals.finalBytes);
    return analysis;
  } finally {
    await image.close();
  }
}

/** Where the PATH of people has no place for root's programs. */
const chroot = programPath("chroot") ?? "/usr/sbin/chroot";

const inRoot = async (root: string, ...command: readonly string[]): Promise<string> =>
  (await run(chroot, [root, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", ...command])).toString();

/** `Remv NAME [VERSION]` of a simulated run. */
async function aptWouldRemove(root: string): Promise<string[]> {
  const lines = (await inRoot(root, "apt-get", "-s", "autoremove")).split("\n");
  return lines.flatMap((line) => /^Remv (\S+)/.exec(line)?.[1] ?? []).sort();
}

function orphans({ packages }: Analysis): string[] {
  return packages.packages
    .filter(({ ecosystem, isOrphan }) => ecosystem === "dpkg" && isOrphan)
    .map(({ name }) => name)
    .sort();
}

describeComponents(["mmdebstrap", "tar"], "Debian's packages", () => {
  it(
    "have the files that dpkg says, the orphans that apt says, and recommendations cost what leaving them out saves",
    { timeout: 600_000 },
    async () => {
      const [withAll, without] = [join(directory, "with"), join(directory, "without")];
      mkdirSync(withAll);
      await run("tar", ["-C", withAll, "-xf", await debianBaseTar()]);
      copyFileSync("/etc/resolv.conf", join(withAll, "etc/resolv.conf"));
      // The disk need not hold it after a fall of power.
      writeFileSync(join(withAll, "etc/dpkg/dpkg.cfg.d/unsafe-io"), "force-unsafe-io\n");
      await inRoot(withAll, "apt-get", "update", "-qq");
      await run("cp", ["-a", withAll, without]);
      await inRoot(withAll, "apt-get", "install", "-y", "-qq", "git");
      await inRoot(without, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "git");
      for (const root of [withAll, without]) await inRoot(root, "apt-get", "clean");

      const full = await analyzed(withAll, "with");
      const lean = await analyzed(without, "without");
      const predicted = full.packages.findings.find(({ rule }) => rule === "recommended-packages")!.aloneBytes;
      const saved = full.totals.finalBytes - lean.totals.finalBytes;
      expect(Math.min(predicted, saved) / Math.max(predicted, saved)).toBeGreaterThan(0.95);
      expect(lean.packages.findings.map(({ rule }) => rule)).not.toContain("recommended-packages");
      expect(orphans(full)).toEqual(await aptWouldRemove(withAll));

      await checkAgainstDpkg(withAll, full);
      await inRoot(withAll, "apt-get", "remove", "-y", "-qq", "git");
      const removable = await aptWouldRemove(withAll);
      expect(removable).toContain("git-man");
      expect(orphans(await analyzed(withAll, "orphaned"))).toEqual(removable);
    },
  );
});

/** Every path that dpkg lists for a package has that owner here, asked both ways. */
async function checkAgainstDpkg(root: string, { tree, packages }: Analysis): Promise<void> {
  const names = (await inRoot(root, "dpkg-query", "-W", "-f", "${binary:Package}\n")).trim().split("\n");
  expect(packages.packages.filter(({ ecosystem }) => ecosystem === "dpkg")).toHaveLength(names.length);
  const wrong: string[] = [];
  let compared = 0;
  // One list after the other, with an empty line between them.
  const lists = (await inRoot(root, "dpkg-query", "-L", ...names)).split("\n\n");
  expect(lists).toHaveLength(names.length);
  for (const [at, name] of names.entries()) {
    for (const path of lists[at]!.split("\n")) {
      if (!path.startsWith("/")) continue;
      const node = resolvePath(tree, path, { followLast: false });
      // Directories have no owner, and what was removed after the installation is no longer there.
      if (node === null || node.inode === null || (node.children !== null && node.liveChildren > 0)) continue;
      // `/bin` and `/lib` are links to directories that all packages list.
      if (node.parent === tree.root && node.inode.type === EntryType.symlink) continue;
      const owner = ownerOf(packages, node);
      if (owner === null) continue;
      compared += 1;
      if (packages.owners[owner]!.name !== name.replace(/:.*/, "")) wrong.push(`${path}: ${packages.owners[owner]!.name}, not ${name}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(5000);
}

describeComponents(["rpm"], "an rpm database", () => {
  it("written by rpm is read to the last file", { timeout: 120_000 }, async () => {
    const root = join(directory, "rpm-root");
    const build = join(directory, "rpm-build");
    mkdirSync(join(root, "var/lib/rpm"), { recursive: true });
    mkdirSync(build);
    const spec = (name: string, needs: string): string =>
      `Name: ${name}\nVersion: 1.2\nRelease: 3\nEpoch: 2\nSummary: x\nLicense: MIT\nBuildArch: noarch\n${needs}%description\nx\n%install\nmkdir -p %{buildroot}/opt/${name}\nfor n in $(seq 1 400); do echo "${name} $n" > %{buildroot}/opt/${name}/file-$n; done\n%files\n/opt/${name}/*\n`;
    for (const [name, needs] of [
      ["first", "Requires: second\n"],
      ["second", ""],
    ] as const) {
      writeFileSync(join(build, `${name}.spec`), spec(name, needs));
      await run("rpmbuild", ["-bb", "--define", `_topdir ${build}`, "--define", "_build_id_links none", join(build, `${name}.spec`)]);
      const file = join(build, `RPMS/noarch/${name}-1.2-3.noarch.rpm`);
      await run("rpm", ["--root", root, "--dbpath", "/var/lib/rpm", "-i", "--nodeps", "--noscripts", file]);
    }
    const { packages } = await analyzed(root, "rpm");
    const told = packages.packages.map(({ name, version, files, needs }) => ({ name, version, files, needs: needs.length }));
    expect(told.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: "first", version: "2:1.2-3", files: 400, needs: 1 },
      { name: "second", version: "2:1.2-3", files: 400, needs: 0 },
    ]);
  });
});

describeComponents(["go"], "programs and modules", () => {
  it("Go's modules are those that `go version -m` prints", { timeout: 120_000 }, async () => {
    const root = join(directory, "go-root");
    mkdirSync(root);
    const program = (await run("sh", ["-c", "command -v go"])).toString().trim();
    cpSync(program, join(root, "tool"), { dereference: true });
    const printed = (await run("go", ["version", "-m", join(root, "tool")])).toString();
    // Nothing else lies in the image, as in one that is built from scratch.
    const { packages, totals } = await analyzed(root, "go");
    const [found] = packages.packages;
    expect(packages.owners.map(({ bytes }) => bytes)).toEqual([totals.finalBytes]);
    expect(found).toMatchObject({ ecosystem: "go", name: /^\tpath\t(.*)$/m.exec(printed)![1] });
    const modules = [...printed.matchAll(/^\tdep\t(\S+)\t(\S+)/gm)].map((match) => ({ name: match[1], version: match[2] }));
    expect(found!.contains.map(({ name, version }) => ({ name, version }))).toEqual([
      { name: "stdlib", version: /: go(\S+)/.exec(printed)![1] },
      ...modules,
    ]);
  });

  it("this project's own node_modules are what `npm ls` prints", { timeout: 120_000 }, async () => {
    const project = join(import.meta.dirname, "../..");
    const root = join(directory, "npm-root/app");
    mkdirSync(root, { recursive: true });
    for (const name of ["package.json", "package-lock.json"]) copyFileSync(join(project, name), join(root, name));
    if (!existsSync(join(project, "node_modules"))) throw new Error("the project's dependencies are not installed");
    await run("cp", ["-aL", join(project, "node_modules"), join(root, "node_modules")]);
    const listed = new Set<string>();
    const walk = (node: { readonly dependencies?: Record<string, { readonly version?: string }> }): void => {
      for (const [name, found] of Object.entries(node.dependencies ?? {})) {
        if (found.version !== undefined) listed.add(`${name} ${found.version}`);
        walk(found as typeof node);
      }
    };
    // It ends with status 1 over what this project overrides on purpose, and lists everything all the same.
    walk(JSON.parse((await tryRun("npm", ["ls", "--all", "--json", "--prefix", root])).stdout.toString()) as Parameters<typeof walk>[0]);
    const { packages } = await analyzed(join(root, ".."), "npm");
    const found = packages.packages.filter(({ ecosystem, reason }) => ecosystem === "npm" && reason.kind !== "requested");
    expect(new Set(found.map(({ name, version }) => `${name} ${version}`))).toEqual(listed);
  });
});

describeComponents(["python3"], "Python's packages", () => {
  it("are those of `pip list`, with the files of `pip show -f`", { timeout: 180_000 }, async () => {
    const root = join(directory, "pip-root");
    const python = join(root, "venv/bin/python");
    await run("python3", ["-m", "venv", join(root, "venv")]);
    await run(python, ["-m", "pip", "install", "-q", "requests==2.32.3", "six==1.17.0"]);
    const { packages, tree } = await analyzed(root, "pip");
    const listed = JSON.parse((await run(python, ["-m", "pip", "list", "--format", "json"])).toString()) as PipPackage[];
    const told = packages.packages.filter(({ ecosystem }) => ecosystem === "python");
    const row = ({ name, version }: PipPackage): string => `${name.toLowerCase().replaceAll("_", "-")} ${version}`;
    expect(told.map(row).sort()).toEqual(listed.map(row).sort());

    const wrong: string[] = [];
    let compared = 0;
    const shown = (await run(python, ["-m", "pip", "show", "-f", ...listed.map(({ name }) => name)])).toString().split(/^---$/m);
    expect(shown).toHaveLength(listed.length);
    for (const text of shown) {
      const name = /^Name: (.*)$/m.exec(text)![1]!;
      const location = /^Location: (.*)$/m.exec(text)![1]!;
      for (const line of text.slice(text.indexOf("\nFiles:\n") + 8).split("\n")) {
        const node = line.startsWith("  ") ? resolvePath(tree, join(location, line.trim()).slice(root.length)) : null;
        if (node?.inode?.type !== EntryType.file) continue;
        compared += 1;
        const owner = packages.owners[ownerOf(packages, node)!]!;
        if (owner.name.toLowerCase() !== name.toLowerCase()) wrong.push(`${node.path}: ${owner.name}, not ${name}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});

interface PipPackage {
  readonly name: string;
  readonly version: string;
}

describeComponents(["gem"], "Ruby's packages", () => {
  it("are those of `gem list`", { timeout: 180_000 }, async () => {
    const root = join(directory, "gem-root");
    const gems = join(root, "usr/local/bundle");
    const build = join(directory, "gem-build");
    mkdirSync(build);
    for (const [name, version, needs] of [
      ["first", "1.0.0", 's.add_dependency "second", "~> 2.0"'],
      ["second", "2.0.0", ""],
      ["second", "2.1.0", ""],
    ] as const) {
      writeFileSync(join(build, `${name}.rb`), "1\n");
      const spec = `Gem::Specification.new { |s| s.name = "${name}"; s.version = "${version}"; s.summary = "x"; s.authors = ["x"]; s.files = ["${name}.rb"]; ${needs} }`;
      writeFileSync(join(build, `${name}.gemspec`), `${spec}\n`);
      await run("sh", ["-c", 'cd "$1" && gem build -q "$2"', "sh", build, `${name}.gemspec`]);
      const file = join(build, `${name}-${version}.gem`);
      await run("gem", ["install", "--local", "--force", "--no-document", "--install-dir", gems, file]);
    }
    const { packages } = await analyzed(root, "gem");
    const listed = (await run("gem", ["list", "--local"], { env: { GEM_HOME: gems, GEM_PATH: gems } })).toString();
    const versions = [...listed.matchAll(/^(\S+) \(([^)]*)\)$/gm)].flatMap(([, name, found]) =>
      found!.split(", ").flatMap((version) => (version.startsWith("default: ") ? [] : [`${name!} ${version.split(" ")[0]!}`])),
    );
    expect(versions).toEqual(expect.arrayContaining(["first 1.0.0", "second 2.0.0", "second 2.1.0"]));
    const told = packages.packages.filter(({ ecosystem }) => ecosystem === "gem").map(({ name, version }) => `${name} ${version}`);
    expect(told.sort()).toEqual(versions.sort());
  });
});
