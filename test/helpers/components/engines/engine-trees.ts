/** What engines and tools make of an image: its root filesystem as they show it, in lines that can be compared. */
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import type { Stats } from "node:fs";
import { join } from "node:path";

import { makeTemporaryDirectory } from "../../temp-dir.ts";
import type { Dockerd } from "./dockerd.ts";
import { run } from "../run.ts";
import { removeDaemonDirectory } from "../unmount.ts";

/** Absolute path → everything that is to be equal; names joined by hard links name the first of them. */
export type FilesystemLines = Map<string, string>;

/** The directory's tree, the root itself left out. Needs root to be read whole. */
export function treeOfDirectory(root: string): FilesystemLines {
  const lines: FilesystemLines = new Map();
  const firstNames = new Map<string, string>();
  const visit = (directory: Buffer, path: string): void => {
    const names = readdirSync(directory, { encoding: "buffer" }).sort(Buffer.compare);
    for (const name of names) {
      const full = Buffer.concat([directory, Buffer.from("/"), name]);
      const childPath = `${path}/${name.toString("latin1")}`;
      const stat = lstatSync(full);
      lines.set(childPath, line(full, childPath, stat, firstNames));
      if (stat.isDirectory()) visit(full, childPath);
    }
  };
  visit(Buffer.from(root), "");
  return lines;
}

function line(full: Buffer, path: string, stat: Stats, firstNames: Map<string, string>): string {
  const attributes = `mode=${stat.mode.toString(8)} owner=${stat.uid}:${stat.gid}`;
  const time = `time=${Math.floor(stat.mtimeMs / 1000)}`;
  if (stat.isSymbolicLink()) return `symlink owner=${stat.uid}:${stat.gid} to=${readlinkSync(full, "latin1")}`;
  if (stat.isDirectory()) return `directory ${attributes} ${time}`;
  if (!stat.isFile()) return `special ${attributes} device=${stat.rdev}`;
  const inode = `${stat.dev}:${stat.ino}`;
  const first = firstNames.get(inode) ?? path;
  firstNames.set(inode, first);
  const content = createHash("sha256").update(readFileSync(full)).digest("hex").slice(0, 16);
  return `file ${attributes} ${time} bytes=${stat.size} content=${content}${first === path ? "" : ` link=${first}`}`;
}

/** A tar file's tree, as GNU tar extracts it. */
export async function treeOfTar(path: string): Promise<FilesystemLines> {
  return await inDirectory(async (directory) => {
    await run("tar", ["-xpf", path, "--numeric-owner", "--same-owner", "--delay-directory-restore", "-C", directory]);
    return treeOfDirectory(directory);
  });
}

/** umoci's reading of an OCI layout. */
export async function umociTree(layout: string, tag: string): Promise<FilesystemLines> {
  return await inDirectory(async (directory) => {
    const into = join(directory, "rootfs");
    await run("umoci", ["raw", "unpack", "--image", `${layout}:${tag}`, into]);
    return treeOfDirectory(into);
  });
}

/** buildah's reading of any image name it knows (`oci:DIR:TAG`, `docker-archive:FILE`). */
export async function buildahTree(image: string, driver: "vfs" | "overlay"): Promise<FilesystemLines> {
  return await inDirectory(async (directory) => {
    const store = ["--root", join(directory, "root"), "--runroot", join(directory, "run"), "--storage-driver", driver];
    const buildah = (...args: readonly string[]): Promise<Buffer> => run("buildah", [...store, ...args], { env: { TMPDIR: directory } });
    const policy = join(directory, "policy.json");
    writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
    const container = (await buildah("from", "--signature-policy", policy, image)).toString().trim();
    try {
      return treeOfDirectory((await buildah("mount", container)).toString().trim());
    } finally {
      await buildah("rm", container);
    }
  });
}

/** Docker's: the image is loaded, a container created and exported. Without what Docker puts into every container. */
export async function dockerTree(engine: Dockerd, archive: string): Promise<FilesystemLines> {
  const loaded = (await engine.docker(["load", "-i", archive])).toString();
  const image = /^Loaded image(?: ID)?: (\S+)$/m.exec(loaded)?.[1];
  if (image === undefined) throw new Error(`docker load said: ${loaded}`);
  const container = (await engine.docker(["create", image, "/no-command"])).toString().trim();
  try {
    return await inDirectory(async (directory) => {
      const exported = join(directory, "exported.tar");
      await engine.docker(["export", "-o", exported, container]);
      return withoutContainerFiles(await treeOfTar(exported));
    });
  } finally {
    await engine.docker(["rm", container]);
  }
}

const containerFiles = /^\/(?:\.dockerenv|dev(?:\/(?:console|pts|shm))?|etc(?:\/(?:hostname|hosts|resolv\.conf|mtab))?|proc|sys)$/;

/** Takes out what Docker creates or touches when it makes a container, so that the rest can be compared. */
export function withoutContainerFiles(lines: FilesystemLines): FilesystemLines {
  return new Map([...lines].filter(([path]) => !containerFiles.test(path)));
}

/** Paths on which the two differ, with what each says; empty when they are equal. */
export function differences(left: FilesystemLines, right: FilesystemLines): string[] {
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .map((path) => `${path}\n  - ${left.get(path) ?? "absent"}\n  + ${right.get(path) ?? "absent"}`);
}

/** A docker-archive as an OCI layout with the tag `latest`, copied by skopeo. */
export async function layoutOf(archive: string, directory: string): Promise<string> {
  const layout = join(directory, "layout");
  mkdirSync(directory, { recursive: true });
  await run("skopeo", ["copy", "--quiet", "--insecure-policy", `docker-archive:${archive}`, `oci:${layout}:latest`]);
  return layout;
}

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = makeTemporaryDirectory();
  try {
    return await work(directory);
  } finally {
    removeDaemonDirectory(directory);
  }
}
