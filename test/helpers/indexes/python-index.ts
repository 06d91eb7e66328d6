/** A Python package index like PyPI's (PEP 503), whose answers may be kept: pip's cache fills only where the index allows it. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";

import { zipArchive } from "../bytes/zip-fixture.ts";
import { listenLocally } from "../local-server.ts";

export interface PackageIndex {
  /** `HOST:PORT`. pip keeps what comes over plain HTTP only from hosts that it is told to trust. */
  readonly host: string;
  /** For pip's `--index-url`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves each module as a wheel of version 1.0; mirrors of PyPI in between often drop the headers that make a cache. */
export async function startPackageIndex(modules: Readonly<Record<string, string>>): Promise<PackageIndex> {
  const wheels = new Map(Object.entries(modules).map(([name, source]) => [`${name}-1.0-py3-none-any.whl`, wheel(name, source)]));
  const server = createServer((request, response) => {
    const [, folder, name = ""] = (request.url ?? "/").split("/");
    const file = `${name}-1.0-py3-none-any.whl`;
    if (folder === "simple" && wheels.has(file)) {
      const page = `<!DOCTYPE html><html><body><a href="/packages/${file}">${file}</a></body></html>`;
      response.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=600, public", etag: etag(page) }).end(page);
      return;
    }
    const content = folder === "packages" ? wheels.get(name) : undefined;
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const headers = { "content-type": "application/octet-stream", "content-length": content.length, etag: etag(content) };
    response.writeHead(200, { ...headers, "cache-control": "max-age=365000000, immutable, public" }).end(content);
  });
  const host = await listenLocally(server);
  return { host, url: `http://${host}/simple/`, stop: () => stopped(server) };
}

function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

function etag(content: Buffer | string): string {
  return `"${createHash("sha256").update(content).digest("hex").slice(0, 32)}"`;
}

/** The binary distribution format: the module beside its metadata. */
function wheel(name: string, source: string): Buffer {
  const info = `${name}-1.0.dist-info`;
  const files: readonly (readonly [string, string])[] = [
    [`${name}.py`, source],
    [`${info}/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`],
    [`${info}/WHEEL`, "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"],
  ];
  const record = files.map(([path, text]) => `${path},sha256=${createHash("sha256").update(text).digest("base64url")},${text.length}\n`);
  const members = [...files, [`${info}/RECORD`, `${record.join("")}${info}/RECORD,,\n`] as const];
  return zipArchive(members.map(([path, content]) => ({ name: path, content })));
}
