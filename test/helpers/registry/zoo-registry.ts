/**
 * A registry in the test's own process that takes pushes, notes who logs in, and has the oddities of real ones as switches. What each switch
 * stands for is said where it is declared; `registry-zoo.ts` makes the registries of the trade of them.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listenLocally } from "../local-server.ts";

export interface Oddities {
  /** Who may come in; anybody when absent. */
  readonly login?: { readonly kind: "basic" | "bearer"; readonly username: string; readonly password: string };
  /** Where tokens are had; the registry itself when absent. */
  readonly realm?: string;
  /** Requests that a token is good for. */
  readonly tokenUses?: number;
  /** Tokens are had for one repository at a time (GitLab refuses a scope that is not all the account's). */
  readonly oneScope?: boolean;
  /** `GET /v2/` is redirected there. */
  readonly pingRedirect?: string;
  /** Blobs are redirected: to a store on another host that takes no `Authorization` (S3), or as `own-path` to a path of its own (GAR, Pulp). */
  readonly blobRedirect?: string;
  /** No `Range` when reading blobs. */
  readonly withoutRange?: boolean;
  /** The first answer for a large blob breaks off after so many bytes. */
  readonly breaksBlobAfter?: number;
  /** Status of `HEAD` for a blob that is not there; 404 when absent. */
  readonly missingBlob?: number;
  /** What a mount is answered with; `ignored` begins an upload, which the specification allows. */
  readonly mount?: "mounts" | "ignored" | number;
  readonly postStatus?: number;
  readonly patchStatus?: number;
  readonly putStatus?: number;
  readonly manifestStatus?: number;
  /** How uploads are addressed. */
  readonly location?: "relative" | "absolute" | "name-only" | "with-query" | "own-path";
  /** PATCH is not answered with a new address. */
  readonly silentPatch?: boolean;
  /** PATCH must say which bytes it brings (Pulp). */
  readonly wantsContentRange?: boolean;
  /** A second PATCH of one upload is refused. */
  readonly onePatch?: boolean;
  /** No PATCH at all. */
  readonly withoutPatch?: number;
  /** The first PATCH of a large blob breaks off after so many bytes; whether the upload is known afterwards. */
  readonly breaksUpload?: { readonly after: number; readonly remembers: boolean };
  /** POST and PUT of manifests are redirected once, within the host. */
  readonly redirectsWrites?: boolean;
  /** No Docker-Content-Digest, and this type for manifests. */
  readonly manifestType?: string;
  readonly withoutDigest?: boolean;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

export interface ZooRegistry {
  readonly address: string;
  readonly requests: readonly LoggedRequest[];
  /** `user:password` of every Basic login, each once. */
  readonly logins: () => readonly string[];
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly manifests: ReadonlyMap<string, { readonly type: string; readonly bytes: Buffer }>;
  put(repository: string, tag: string, type: string, manifest: Buffer, blobs: readonly Buffer[]): void;
  stop(): Promise<void>;
}

const large = 100_000;

export async function startZooRegistry(odd: Oddities = {}): Promise<ZooRegistry> {
  const requests: LoggedRequest[] = [];
  /** By repository and digest: a blob is in the repositories it was pushed or mounted to. */
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { type: string; bytes: Buffer }>();
  const uploads = new Map<string, Buffer>();
  const tokens = new Map<string, number>();
  const once = new Set<string>();
  const first = (what: string): boolean => !once.has(what) && once.add(what).has(what);
  let address = "";

  const locationOf = (repository: string, id: string): string => {
    const path = `/v2/${repository}/blobs/uploads/${id}`;
    switch (odd.location ?? "relative") {
      case "absolute":
        return `http://${address}${path}`;
      case "name-only":
        return id;
      case "with-query":
        return `${path}?_state=a%2Bb%3D&sig=x~y`;
      case "own-path":
        return `/artifacts-uploads/${repository}/${id}`;
      default:
        return path;
    }
  };

  const isLoggedIn = (authorization: string | undefined): boolean => {
    const { login } = odd;
    if (login === undefined) return true;
    if (login.kind === "basic") return authorization === basic(login.username, login.password);
    const token = authorization?.replace(/^Bearer /, "") ?? "";
    const uses = tokens.get(token);
    if (uses === undefined || uses === 0) return false;
    tokens.set(token, uses - 1);
    return true;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", `http://${address}`);
    const { authorization } = request.headers;
    const method = request.method ?? "GET";
    requests.push({ method, path: url.pathname + url.search, authorization });
    const end = (status: number, headers: Record<string, string | number> = {}, body: Buffer | string = ""): void => {
      response.writeHead(status, { ...headers, ...(status === 204 ? {} : { "content-length": Buffer.byteLength(body) }) });
      response.end(method === "HEAD" ? undefined : body);
    };
    const fail = (status: number, code: string): void =>
      end(status, { "content-type": "application/json" }, JSON.stringify({ errors: [{ code, message: "no" }] }));

    if (url.pathname === "/token") {
      request.resume();
      if (odd.login !== undefined && authorization !== basic(odd.login.username, odd.login.password)) return fail(401, "UNAUTHORIZED");
      if (odd.oneScope === true && url.searchParams.getAll("scope").length > 1) return fail(403, "DENIED");
      const token = randomUUID();
      tokens.set(token, odd.tokenUses ?? Number.POSITIVE_INFINITY);
      return end(200, { "content-type": "application/json" }, JSON.stringify({ token, expires_in: 300 }));
    }
    if (url.pathname.startsWith("/store/")) {
      request.resume();
      // As S3 does with a signed URL.
      if (authorization !== undefined && odd.blobRedirect !== "own-path") return fail(400, "InvalidArgument");
      const bytes = [...blobs].find(([key]) => key.endsWith(url.pathname.slice("/store/".length)))?.[1];
      return bytes === undefined ? end(404) : sendBlob(request, bytes, end);
    }
    if (url.pathname === "/v2/" && odd.pingRedirect !== undefined) {
      request.resume();
      return end(302, { location: odd.pingRedirect });
    }
    if (!isLoggedIn(authorization)) {
      request.resume();
      const realm = odd.realm ?? `http://${address}/token`;
      const challenge = odd.login!.kind === "basic" ? 'Basic realm="zoo"' : `Bearer realm="${realm}",service="zoo"`;
      return end(401, { "www-authenticate": challenge });
    }
    if (url.pathname === "/v2/") return end(200, {}, "{}");
    if (odd.redirectsWrites === true && (method === "POST" || method === "PUT") && !url.searchParams.has("again")) {
      request.resume();
      url.searchParams.set("again", "1");
      return end(307, { location: url.pathname + url.search });
    }
    const [, repository = "", kind = "", rest = ""] =
      /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/.exec(url.pathname) ?? /^\/(artifacts-uploads)\/(.+)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (repository === "artifacts-uploads") return upload(request, end, fail, url, kind, rest);
    if (kind === "manifests") return manifest(request, end, fail, repository, rest);
    if (rest.startsWith("uploads/")) return upload(request, end, fail, url, repository, rest.slice("uploads/".length));
    request.resume();
    const bytes = blobs.get(`${repository}/${rest}`);
    if (bytes === undefined) return fail(method === "HEAD" ? (odd.missingBlob ?? 404) : 404, "BLOB_UNKNOWN");
    if (method === "GET" && odd.blobRedirect !== undefined) {
      const store = odd.blobRedirect === "own-path" ? "" : odd.blobRedirect;
      return end(307, { location: `${store}/store/${rest}` });
    }
    if (method === "GET" && odd.breaksBlobAfter !== undefined && bytes.length > large && first(`blob ${rest}`)) {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, odd.breaksBlobAfter), () => response.destroy());
      return;
    }
    sendBlob(request, bytes, end);
  };

  type End = (status: number, headers?: Record<string, string | number>, body?: Buffer | string) => void;
  type Fail = (status: number, code: string) => void;

  const sendBlob = (request: IncomingMessage, bytes: Buffer, end: End): void => {
    const range = odd.withoutRange === true ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    if (range === null) return end(200, { "content-type": "application/octet-stream" }, bytes);
    const [start, last] = [Number(range[1]), range[2] === "" ? bytes.length - 1 : Number(range[2])];
    end(206, { "content-range": `bytes ${start}-${last}/${bytes.length}` }, bytes.subarray(start, last + 1));
  };

  const manifest = async (request: IncomingMessage, end: End, fail: Fail, repository: string, reference: string): Promise<void> => {
    const body = await bodyOf(request);
    const key = `${repository}:${reference}`;
    if (request.method === "PUT") {
      const parsed = JSON.parse(body.toString()) as { config?: { digest: string }; layers?: readonly { digest: string }[] };
      const missing = [parsed.config, ...(parsed.layers ?? [])].find(
        (part) => part !== undefined && !blobs.has(`${repository}/${part.digest}`),
      );
      if (missing !== undefined) return fail(400, "MANIFEST_BLOB_UNKNOWN");
      const stored = { type: request.headers["content-type"] ?? "", bytes: body };
      for (const name of [key, `${repository}:${sha256(body)}`]) manifests.set(name, stored);
      return end(odd.manifestStatus ?? 201, { location: `/v2/${repository}/manifests/${sha256(body)}` });
    }
    if (request.method === "DELETE") return manifests.delete(key) ? end(202) : fail(404, "MANIFEST_UNKNOWN");
    const found = manifests.get(key);
    if (found === undefined) return fail(404, "MANIFEST_UNKNOWN");
    const digest = odd.withoutDigest === true ? {} : { "docker-content-digest": sha256(found.bytes) };
    end(200, { "content-type": odd.manifestType ?? found.type, ...digest }, found.bytes);
  };

  const upload = async (request: IncomingMessage, end: End, fail: Fail, url: URL, repository: string, id: string): Promise<void> => {
    const { method } = request;
    if (method === "POST") {
      request.resume();
      const mount = url.searchParams.get("mount");
      if (mount !== null && typeof odd.mount === "number") return fail(odd.mount, "DENIED");
      const source = blobs.get(`${url.searchParams.get("from")}/${mount}`);
      if (mount !== null && odd.mount === "mounts" && source !== undefined) {
        blobs.set(`${repository}/${mount}`, source);
        return end(201, { location: `/v2/${repository}/blobs/${mount}` });
      }
      const fresh = randomUUID();
      uploads.set(fresh, Buffer.alloc(0));
      return end(odd.postStatus ?? 202, { location: locationOf(repository, fresh), "docker-upload-uuid": fresh, range: "0-0" });
    }
    const before = uploads.get(id);
    const length = Number(request.headers["content-length"] ?? 0);
    if (before === undefined) {
      request.resume();
      return fail(404, "BLOB_UPLOAD_UNKNOWN");
    }
    if (odd.location === "with-query" && (url.searchParams.get("_state") !== "a+b=" || !url.search.includes("sig=x~y"))) {
      request.resume();
      return fail(400, "BLOB_UPLOAD_INVALID");
    }
    const location = locationOf(repository, id);
    if (method === "GET") {
      request.resume();
      return end(204, { location, range: `0-${Math.max(0, before.length - 1)}` });
    }
    if (method === "DELETE") {
      request.resume();
      uploads.delete(id);
      return end(204);
    }
    if (method === "PATCH") {
      if (odd.withoutPatch !== undefined) {
        await bodyOf(request);
        return fail(odd.withoutPatch, "UNSUPPORTED");
      }
      if (odd.onePatch === true && before.length > 0) {
        await bodyOf(request);
        return fail(400, "UNSUPPORTED");
      }
      if (odd.wantsContentRange === true && request.headers["content-range"] === undefined) {
        await bodyOf(request);
        return fail(416, "RANGE_INVALID");
      }
      if (odd.breaksUpload !== undefined && length > large && first(`upload ${length}`)) {
        const pieces: Buffer[] = [];
        let received = 0;
        for await (const chunk of request as AsyncIterable<Buffer>) {
          pieces.push(chunk.subarray(0, odd.breaksUpload.after - received));
          received += pieces.at(-1)!.length;
          if (received >= odd.breaksUpload.after) break;
        }
        if (odd.breaksUpload.remembers) uploads.set(id, Buffer.concat([before, ...pieces]));
        else uploads.delete(id);
        return void request.socket.destroy();
      }
      const bytes = Buffer.concat([before, await bodyOf(request)]);
      uploads.set(id, bytes);
      return end(odd.patchStatus ?? 202, odd.silentPatch === true ? {} : { location, range: `0-${bytes.length - 1}` });
    }
    const bytes = Buffer.concat([before, await bodyOf(request)]);
    const digest = url.searchParams.get("digest") ?? "";
    if (sha256(bytes) !== digest) return fail(400, "DIGEST_INVALID");
    uploads.delete(id);
    blobs.set(`${repository}/${digest}`, bytes);
    end(odd.putStatus ?? 201, { location: `/v2/${repository}/blobs/${digest}` });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  address = await listenLocally(server);
  return {
    address,
    requests,
    logins: () => [
      ...new Set(
        requests.flatMap(({ authorization }) =>
          authorization?.startsWith("Basic ") === true ? [Buffer.from(authorization.slice(6), "base64").toString()] : [],
        ),
      ),
    ],
    blobs,
    manifests,
    put(repository, tag, type, bytes, own) {
      for (const blob of own) blobs.set(`${repository}/${sha256(blob)}`, blob);
      for (const name of [tag, sha256(bytes)]) manifests.set(`${repository}:${name}`, { type, bytes });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
