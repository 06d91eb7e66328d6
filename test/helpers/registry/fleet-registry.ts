/** A registry of many small images in the test's own process: lists by pages, wants a token for each repository, and counts what is asked of it. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import { buildImage } from "../image-fixture.ts";
import type { ImageFixture } from "../image-fixture.ts";
import { serveInTest } from "../local-server.ts";

export interface FleetOptions {
  /** By `repository:tag`. */
  readonly images: Readonly<Record<string, ImageFixture>>;
  /** Names in one page of a list. */
  readonly pageSize?: number;
  /** Milliseconds before each answer. */
  readonly delay?: number;
  /** Answers itself and returns true, or leaves it to the registry. `seen` counts requests for this URL, 1 first. */
  readonly fault?: (url: string, response: ServerResponse, seen: number) => boolean | undefined;
}

export interface FleetRegistry {
  readonly address: string;
  /** Paths and queries, in their order. */
  readonly requests: readonly string[];
  /** Requests that were being answered at once, at most, by what their path holds. */
  mostAtOnce(text: string): number;
}

export async function startFleetRegistry({ images, pageSize = 1000, delay = 0, fault }: FleetOptions): Promise<FleetRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { readonly bytes: Buffer; readonly type: string; readonly digest: string }>();
  for (const [name, fixture] of Object.entries(images)) {
    const { manifest, manifestMediaType: type, config, layers } = buildImage(fixture);
    const [repository] = name.split(":");
    for (const key of [name, `${repository}:${manifest.digest}`])
      manifests.set(key, { bytes: manifest.bytes, type, digest: manifest.digest });
    for (const blob of [config, ...layers]) blobs.set(blob.digest, blob.bytes);
  }
  const repositories = [...new Set(Object.keys(images).map((name) => name.split(":")[0]!))].toSorted();
  const requests: string[] = [];
  const under: string[] = [];
  const most = new Map<string, number>();
  const seen = new Map<string, number>();
  let address = "";

  const list = (key: string, names: readonly string[], url: URL, response: ServerResponse): void => {
    const from = names.indexOf(url.searchParams.get("last") ?? "") + 1;
    const page = names.slice(from, from + pageSize);
    const last = page.at(-1);
    // A proxy made it believe that it is reached by another name.
    const link = `<http://inside.example${url.pathname}?last=${last}&n=${pageSize}>; rel="next"`;
    response.writeHead(200, from + pageSize < names.length ? { link } : {}).end(JSON.stringify({ [key]: page }));
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? "/", `http://${address}`);
    if (url.pathname === "/token") return void response.end(JSON.stringify({ token: url.searchParams.get("scope") }));
    const [, repository = "", kind, reference = ""] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(url.pathname) ?? [];
    const scope = kind === undefined ? (url.pathname === "/v2/_catalog" ? "registry:catalog:*" : "none") : `repository:${repository}:pull`;
    if (request.headers.authorization !== `Bearer ${scope}`) {
      const challenge = `Bearer realm="http://${address}/token",service="fleet"${scope === "none" ? "" : `,scope="${scope}"`}`;
      return void response.writeHead(401, { "www-authenticate": challenge }).end("{}");
    }
    if (url.pathname === "/v2/_catalog") return list("repositories", repositories, url, response);
    if (kind === "tags") {
      const names = Object.keys(images).flatMap((name) => (name.startsWith(`${repository}:`) ? [name.slice(repository.length + 1)] : []));
      return list("tags", names, url, response);
    }
    const manifest = kind === "manifests" ? manifests.get(`${repository}:${reference}`) : undefined;
    if (manifest !== undefined)
      return void response.writeHead(200, { "content-type": manifest.type, "docker-content-digest": manifest.digest }).end(manifest.bytes);
    const blob = kind === "blobs" ? blobs.get(reference) : undefined;
    if (blob === undefined) return void response.writeHead(404).end("{}");
    response.writeHead(200, { "content-length": blob.length }).end(blob);
  };
  const serve = async (url: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await sleep(delay);
    if (fault?.(url, response, seen.get(url)!) !== true) answer(request, response);
  };
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    requests.push(url);
    seen.set(url, (seen.get(url) ?? 0) + 1);
    under.push(url);
    for (const text of ["/manifests/", "/blobs/", "/"])
      most.set(text, Math.max(most.get(text) ?? 0, under.filter((each) => each.includes(text)).length));
    response.on("close", () => under.splice(under.indexOf(url), 1));
    void serve(url, request, response);
  });
  address = await serveInTest(server);
  return { address, requests, mostAtOnce: (text) => most.get(text) ?? 0 };
}
