/** A repository for apt with packages made on the spot, and an index as long as a real one's feels: nothing is fetched from elsewhere. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";

import { makeTemporaryDirectory, removeDirectory } from "../temp-dir.ts";
import { run } from "../components/run.ts";
import { listenLocally } from "../local-server.ts";

export interface AptPackage {
  readonly name: string;
  /** `Recommends: other`. */
  readonly fields?: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
}

export interface AptRepository {
  /** A line for sources.list. */
  readonly source: string;
  stop(): Promise<void>;
}

/** Entries of packages that nobody installs: lists are worth deleting because they are long. */
const others = 10_000;

export async function startAptRepository(packages: readonly AptPackage[]): Promise<AptRepository> {
  const directory = makeTemporaryDirectory();
  let index = "";
  for (const { name, fields = "", files } of packages) {
    const root = join(directory, name);
    const control = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: Tests <tests@example.org>\n${fields === "" ? "" : `${fields}\n`}Description: ${name}\n`;
    for (const [path, content] of Object.entries({ "DEBIAN/control": control, ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
      if (path.startsWith("usr/bin/")) chmodSync(join(root, path), 0o755);
    }
    await run("dpkg-deb", ["--root-owner-group", "-Zgzip", "--build", root, `${root}.deb`]);
    const deb = readFileSync(`${root}.deb`);
    index += `${control}Filename: ./${name}.deb\nSize: ${deb.length}\nSHA256: ${sha256(deb)}\n\n`;
  }
  for (let at = 0; at < others; at += 1) {
    const name = `other-${at}`;
    index += `Package: ${name}\nVersion: 1.0\nArchitecture: all\nFilename: ./${name}.deb\nSize: 1000\nSHA256: ${sha256(name)}\nDescription: ${sha256(`of ${name}`)}\n\n`;
  }
  const release = `Date: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n ${sha256(index)} ${Buffer.byteLength(index)} Packages\n`;
  const texts: Readonly<Record<string, string>> = { "/./Packages": index, "/Packages": index, "/./Release": release, "/Release": release };
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const name = /^\/(?:\.\/)?([\w-]+\.deb)$/.exec(path)?.[1];
    const body = texts[path] ?? (packages.some((known) => `${known.name}.deb` === name) ? readFileSync(join(directory, name!)) : undefined);
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-length": Buffer.byteLength(body) }).end(body);
  });
  return {
    source: `deb [trusted=yes] http://${await listenLocally(server)} ./`,
    stop() {
      server.closeAllConnections();
      removeDirectory(directory);
      return new Promise((done) => server.close(() => done()));
    },
  };
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}
