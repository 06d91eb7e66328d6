/** The images the bench measures on: what design says is hard, from the project's own generator. */
import { directory, file, symlink, whiteout } from "../../../test/helpers/tar-fixture.ts";
import type { FixtureEntry } from "../../../test/helpers/tar-fixture.ts";
import type { LayerSource } from "./archive.ts";
import { contentPool } from "./pool.ts";

/** `count` files of `bytes` bytes in directories of 40, three levels deep. */
function* files(root: string, count: number, bytes: number): Generator<FixtureEntry> {
  const content = Buffer.alloc(bytes, "x");
  for (let index = 0; index < count; index += 1) {
    if (index % 1600 === 0) yield directory(`${root}/d${Math.floor(index / 1600)}`);
    if (index % 40 === 0) yield directory(folder(root, index));
    yield file(`${folder(root, index)}/file${index % 40}.txt`, content);
  }
}

function folder(root: string, index: number): string {
  return `${root}/d${Math.floor(index / 1600)}/e${Math.floor(index / 40) % 40}`;
}

/** Many files below, small layers above that each add a little, overwrite a little and remove a little. */
export function wide(fileCount: number, layerCount: number): LayerSource[] {
  const upper = function* (layer: number): Generator<FixtureEntry> {
    yield* files(`srv/layer${layer}`, 100, 300);
    for (let index = layer * 7; index < fileCount; index += Math.floor(fileCount / 50)) {
      yield file(`${folder("usr", index)}/file${index % 40}.txt`, `changed by layer ${layer}`);
    }
    const removed = Math.floor((layer * fileCount) / layerCount) + 3;
    yield whiteout(`${folder("usr", removed)}/file${removed % 40}.txt`);
  };
  return [
    { createdBy: "ADD rootfs.tar in /", entries: files("usr", fileCount, 700) },
    ...Array.from({ length: layerCount - 1 }, (_, index) => ({ createdBy: `RUN step ${index + 1}`, entries: upper(index + 1) })),
  ];
}

/** Files in even parts over the layers. */
export function spread(fileCount: number, layerCount: number): LayerSource[] {
  return Array.from({ length: layerCount }, (_, layer) => ({
    createdBy: `COPY part-${layer} /`,
    entries: files(`srv/part${layer}`, Math.floor(fileCount / layerCount), 700),
  }));
}

/** Many files, four small layers, and one that removes `count` single files; without whiteouts it touches as many instead. */
export function removals(count: number, whiteouts: boolean, fileCount = 60_000): LayerSource[] {
  const step = Math.max(1, Math.floor(fileCount / count) - 1);
  const top = function* (): Generator<FixtureEntry> {
    for (let number = 0; number < count; number += 1) {
      const index = number * step;
      const path = `${folder("usr", index)}/file${index % 40}.txt`;
      yield whiteouts ? whiteout(path) : file(path);
    }
  };
  return [...wide(fileCount, 5), { createdBy: "RUN rm …", entries: top() }];
}

/**
 * A gigabyte as a real build leaves it, or a share of that: packages, package lists, documents deleted one by one, a large file removed,
 * chmod -R.
 */
export function realistic(share = 1): LayerSource[] {
  const pool = contentPool();
  const count = (whole: number): number => Math.round(whole * share);
  const packages = function* (root: string, count: number, mean: number): Generator<FixtureEntry> {
    for (let index = 0; index < count; index += 1) {
      if (index % 1600 === 0) yield directory(`${root}/d${Math.floor(index / 1600)}`);
      if (index % 40 === 0) yield directory(folder(root, index));
      const path = `${folder(root, index)}/module-${index}`;
      if (index % 25 === 0) yield symlink(`${path}.so`, `module-${index}.so.1`);
      if (index % 4 === 0) yield file(`${path}.so.1`, pool.binary(pool.size(mean * 3)), { mode: 0o755 });
      else yield file(`${path}.js`, pool.text(pool.size(mean / 3)));
    }
  };
  const documents = function* (make: (path: string) => FixtureEntry): Generator<FixtureEntry> {
    for (let index = 0; index < count(9000); index += 1) yield make(`usr/share/doc/package-${Math.floor(index / 3)}/document-${index}`);
  };
  const lists = Array.from({ length: count(20) }, (_, index) => `var/lib/apt/lists/archive_${index}_Packages`);
  const groupWritable = function* (): Generator<FixtureEntry> {
    const again = contentPool();
    for (let index = 0; index < count(800); index += 1)
      yield file(`usr/lib/python3/module${index}.py`, again.text(again.size(9000)), { mode: 0o664 });
  };
  const python = function* (): Generator<FixtureEntry> {
    const first = contentPool();
    for (let index = 0; index < count(800); index += 1) yield file(`usr/lib/python3/module${index}.py`, first.text(first.size(9000)));
  };
  return [
    { createdBy: "ADD rootfs.tar in /", entries: packages("usr/lib/base", count(8000), 14_000) },
    { createdBy: "RUN apt-get update", entries: lists.map((path) => file(path, pool.text(900_000))) },
    {
      createdBy: "RUN apt-get install -y python3 nodejs npm build-essential",
      entries: (function* () {
        yield* packages("usr/lib/node_modules", count(32_000), 17_000);
        yield* documents((path) => file(path, pool.text(pool.size(4000))));
        yield* python();
      })(),
    },
    { createdBy: "RUN find /usr/share/doc -type f -delete", entries: documents((path) => whiteout(path)) },
    { createdBy: "RUN find /var/lib/apt/lists -type f -delete", entries: lists.map((path) => whiteout(path)) },
    { createdBy: "COPY model.bin /opt/", entries: [file("opt/model.bin", pool.binary(count(18_000_000)))] },
    { createdBy: "RUN rm /opt/model.bin", entries: [whiteout("opt/model.bin")] },
    { createdBy: "RUN chmod -R g+w /usr/lib/python3", entries: groupWritable() },
    { createdBy: "COPY . /app", entries: packages("app", count(400), 9000) },
  ];
}
