import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { textWidth } from "../../src/terminal/width.ts";
import { dockerArchive, ociLayout, writeFiles } from "../helpers/image-fixture.ts";
import type { DockerArchiveOptions, ImageFixture } from "../helpers/image-fixture.ts";
import { parseReport } from "../helpers/report-schema.ts";
import { projectRoot, runCli } from "../helpers/run-cli.ts";
import { directory, file, hardlink, opaque, symlink, whiteout } from "../helpers/tar-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

function saved(image: ImageFixture, options?: DockerArchiveOptions): string {
  const path = join(temporaryDirectory(), "image.tar");
  writeFileSync(path, dockerArchive(image, options));
  return path;
}

async function report(...args: string[]) {
  const { stdout, stderr, status } = await runCli(["analyze", "--json", ...args]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return parseReport(stdout);
}

const big = (text: string): Buffer => Buffer.alloc(10_000, text);

describe("every cause of waste is told with the layers that stored and superseded it", () => {
  it("tells overwritten, removed, metadata and identical apart", async () => {
    const image = saved({
      layers: [
        {
          content: [file("over", big("1")), file("gone", big("2")), file("meta", big("3")), file("same", big("4"))],
          createdBy: "COPY all /",
        },
        {
          content: [file("over", big("x")), whiteout("gone"), file("meta", big("3"), { mode: 0o600 }), file("same", big("4"))],
          createdBy: "RUN touch all",
        },
      ],
    });
    const { waste, efficiency, image: head, layers } = await report(image);
    expect(waste).toEqual([
      { path: "/gone", bytes: 10_000, cause: "removed", layer: 0, supersededBy: 1 },
      { path: "/meta", bytes: 10_000, cause: "metadata", layer: 0, supersededBy: 1 },
      { path: "/over", bytes: 10_000, cause: "overwritten", layer: 0, supersededBy: 1 },
      { path: "/same", bytes: 10_000, cause: "identical", layer: 0, supersededBy: 1 },
    ]);
    expect(head).toMatchObject({ totalBytes: 70_000, finalBytes: 30_000, layerCount: 2 });
    expect(efficiency).toMatchObject({ wastedBytes: 40_000, score: 3 / 7 });
    expect(layers.map((layer: { wastedBytes: number }) => layer.wastedBytes)).toEqual([40_000, 0]);
  });

  it("counts what an opaque directory hides, which dive counts as nothing", async () => {
    const image = saved({
      layers: [
        [directory("d"), file("d/a", big("1"))],
        [directory("d"), opaque("d")],
      ],
    });
    const { waste, efficiency } = await report(image);
    expect(waste).toEqual([{ path: "/d/a", bytes: 10_000, cause: "removed", layer: 0, supersededBy: 1 }]);
    expect(efficiency.dive).toMatchObject({ wastedBytes: 0, efficiency: 1 });
  });

  it("counts a hard-linked file once, and as wasted only when its last name goes", async () => {
    const image = saved({ layers: [[file("a", big("1")), hardlink("b", "a")], [whiteout("a")], [whiteout("b")]] });
    const { waste, image: head } = await report(image);
    expect(head).toMatchObject({ totalBytes: 10_000, finalBytes: 0 });
    expect(waste).toEqual([{ path: "/a", bytes: 10_000, cause: "removed", layer: 0, supersededBy: 2 }]);
  });
});

describe("what else the report tells", () => {
  it("finds equal files at different paths, hard links aside", async () => {
    const image = saved({ layers: [[file("one", big("1")), file("two", big("1")), hardlink("three", "one"), file("other", big("2"))]] });
    const { duplicates } = await report(image);
    expect(duplicates).toMatchObject([{ bytes: 10_000, paths: ["/one", "/two"] }]);
  });

  it("finds package caches and advises what fits the command", async () => {
    const lists = file("var/lib/apt/lists/deb_dists_stable", big("1"));
    const image = saved({ layers: [{ content: [lists], createdBy: "RUN /bin/sh -c apt-get update # buildkit" }] });
    const { leftovers } = await report(image);
    expect(leftovers).toMatchObject([
      { rule: "apt-lists", category: "caches", layer: 0, bytes: 10_000, files: 1, paths: ["/var/lib/apt/lists"] },
    ]);
    expect(leftovers[0].advice).toMatch(/rm -rf \/var\/lib\/apt\/lists.*--mount=type=cache,target=\/var\/lib\/apt\/lists.*saves 10.0 kB/);
  });

  it("maps history to layers by empty_layer, and takes the base from it", async () => {
    const image = saved({
      layers: [
        { content: [file("a", big("1"))], createdBy: "ADD rootfs.tar / # buildkit" },
        { created_by: 'CMD ["bash"]', empty_layer: true },
        { content: [file("b", big("2"))], createdBy: "COPY b / # buildkit" },
        { created_by: 'CMD ["app"]', empty_layer: true },
      ],
    });
    const { layers, efficiency } = await report(image);
    expect(layers.map((layer: { createdBy: string }) => layer.createdBy)).toEqual(["ADD rootfs.tar / # buildkit", "COPY b / # buildkit"]);
    expect(efficiency.base).toMatchObject({ layers: 1, from: "guess" });
    expect(efficiency.user).toEqual({ bytes: 10_000, wastedBytes: 0, wastedRatio: 0 });
  });

  it("lists the final tree with --files, hard links and bytes that are no UTF-8 included", async () => {
    const name = Buffer.from("caf\xe9", "latin1");
    const image = saved({
      layers: [
        [
          directory("d", { mode: 0o700 }),
          file("d/f", "12345", { uid: 7, gid: 8, mtime: 1_000_000_000 }),
          hardlink("d/g", "d/f"),
          symlink("l", "d/f"),
          file(name, "x"),
        ],
      ],
    });
    const { files } = await report("--files", image);
    expect(files).toMatchObject([
      { path: "/caf\\xe9", type: "file", bytes: 1 },
      { path: "/d", type: "directory", mode: 0o700 },
      { path: "/d/f", type: "file", bytes: 5, uid: 7, gid: 8, mtime: "2001-09-09T01:46:40Z", layer: 0 },
      { path: "/d/g", type: "file", bytes: 0, hardLink: "/d/f" },
      { path: "/l", type: "symlink", link: "d/f" },
    ]);
  });

  it("warns where engines disagree, naming what each shows", async () => {
    const image = saved({
      layers: [
        [directory("d"), file("d/old", "1")],
        [whiteout("d"), directory("d"), file("d/new", "2")],
      ],
    });
    const { warnings } = await report(image);
    expect(warnings).toMatchObject([{ code: "whiteout-and-directory", layer: 1, path: "/d" }]);
    expect(warnings[0].message).toMatch(/Docker .*, umoci /);
  });
});

describe("the same image gives the same figures in every shape", () => {
  const layers = [
    [directory("d"), file("d/a", big("1")), file("d/b", big("2"))],
    [file("d/a", big("3")), whiteout("d/b")],
  ];
  const figures = ({ image, waste, efficiency }: Awaited<ReturnType<typeof report>>) => [
    image.totalBytes,
    image.finalBytes,
    waste,
    efficiency,
  ];

  it("docker archives of all ages, OCI layouts with gzip and zstd layers", async () => {
    const expected = figures(await report(saved({ layers })));
    for (const shape of ["1.10", "29"] as const) expect(figures(await report(saved({ layers }, { shape })))).toEqual(expected);
    for (const compression of ["gzip", "zstd"] as const) {
      const path = join(temporaryDirectory(), "layout");
      writeFiles(path, ociLayout([{ layers: layers.map((content) => ({ content, compression })) }]));
      const found = await report(`oci:${path}`);
      expect(figures(found)).toEqual(expected);
      expect(found.image.compressedBytes).toBeGreaterThan(0);
    }
  });

  it("an archive on standard input is scanned as it passes by", async () => {
    const archive = dockerArchive({ layers });
    const { stdout, status } = await runCli(["analyze", "--json", "-"], { stdin: archive });
    expect(status).toBe(0);
    expect(figures(parseReport(stdout))).toEqual(figures(await report(saved({ layers }))));
  });

  it("a second run, from the cache, says the same", async () => {
    const path = saved({ layers });
    expect(await report(path)).toEqual(await report("--no-cache", path));
  });
});

describe("the text report", () => {
  it("fits 80 columns, is plain when it goes to a pipe, and ends in a line end", async () => {
    const { stdout, status } = await runCli(["analyze", join(projectRoot, "samples/demo.tar")]);
    expect(status).toBe(0);
    expect(stdout.endsWith("\n")).toBe(true);
    expect(stdout).not.toContain("\u001b");
    for (const line of stdout.split("\n")) expect(textWidth(line)).toBeLessThanOrEqual(80);
  });

  it("colours when told to, also in a pipe", async () => {
    const { stdout } = await runCli(["analyze", "--color", "always", join(projectRoot, "samples/demo.tar")]);
    expect(stdout).toContain("\u001b[");
  });

  it("puts 2,000 deleted documents on one line", async () => {
    const documents = Array.from({ length: 2000 }, (_, index) => file(`usr/share/doc/package-${index}/readme`, "1234567890"));
    const removals = Array.from({ length: 2000 }, (_, index) => whiteout(`usr/share/doc/package-${index}/readme`));
    const { stdout } = await runCli(["analyze", saved({ layers: [documents, removals] })]);
    expect(stdout).toMatch(/20\.0 kB\s+\/usr\/share\/doc\s+2,000 files/);
    expect(stdout.split("\n").length).toBeLessThan(40);
  });

  it("shows hostile names without letting them do anything", async () => {
    const names = ["1/esc\u001b[31mred", "2/new\nline", "3/bidi\u202egnp.exe", "4/bell\u0007"];
    const image = saved({ layers: [names.map((name) => file(name, big("1"))), names.map((name) => whiteout(name))] });
    const { stdout } = await runCli(["analyze", "--all", image]);
    expect(stdout).toContain("/1/esc\\x1b[31mred");
    expect(stdout).toContain("/2/new\\nline");
    expect(stdout).toContain("/3/bidi\\u{202e}gnp.exe");
    // eslint-disable-next-line no-control-regex -- that there is none is the point
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
