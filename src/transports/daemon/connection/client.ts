/** Docker's Engine API over any kind of connection; podman speaks it too. */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { pipeline, Readable } from "node:stream";

import { BallastError, systemErrorCode } from "../../../base/errors.ts";
import type { ConnectionOptions } from "../../transport.ts";
import { daemonEndpoints } from "./discovery.ts";
import type { DaemonKind } from "./discovery.ts";
import { formatEndpoint } from "./endpoint.ts";
import type { ChosenEndpoint, DaemonEndpoint, TlsFiles } from "./endpoint.ts";
import { NoEngineAnswers } from "./no-engine.ts";
import { describeSocketError, engineName } from "./socket-error.ts";
import { sshConnection } from "./ssh.ts";

/** Milliseconds without a byte: to save a large image, an engine writes all of it to its own disk before it sends the first byte. */
const workTimeout = 300_000;
/** The same for what the engine only has to look up. */
const lookupTimeout = 60_000;
const greetingTimeout = 30_000;
/** As `greetingTimeout`, for usual places that nobody named: enough for an engine started by its socket, short for one that hangs. */
const searchTimeout = 10_000;
/** The newest 1.x API whose answers are known here. */
const newestApi = 51;
/** Docker 1.13 (2017), the oldest that podman and today's clients can speak to. */
const oldestApi = 24;
/** Maximum bytes of a JSON answer. */
const maxDocument = 20 * 1024 * 1024;

export interface DaemonRequest {
  readonly method: "GET" | "POST" | "DELETE" | "HEAD";
  /** Below `/v1.NN`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  /** The engine only looks something up, so the answer should come soon. */
  readonly isLookup?: true;
}

export interface DaemonResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Fails when nothing arrives for the length of the timeout. */
  readonly body: Readable;
}

export class DaemonClient {
  readonly kind: DaemonKind;
  readonly endpoint: DaemonEndpoint;
  /** 41 for API 1.41. */
  readonly apiVersion: number;
  readonly #chosen: ChosenEndpoint;
  /** Milliseconds without a byte. */
  readonly #timeout: { readonly work: number; readonly lookup: number };
  readonly #signal: AbortSignal | undefined;
  #received = 0;

  private constructor(
    kind: DaemonKind,
    chosen: ChosenEndpoint,
    apiVersion: number,
    timeout: number | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.kind = kind;
    this.#chosen = chosen;
    this.endpoint = chosen.endpoint;
    this.apiVersion = apiVersion;
    this.#timeout = { work: timeout ?? workTimeout, lookup: timeout ?? lookupTimeout };
    this.#signal = signal;
  }

  /**
   * Finds the engine and asks for its API version.
   * @throws {BallastError} daemon-unavailable, daemon-denied, daemon-too-old, context-not-found, connection-timeout, protocol-error;
   * {NoEngineAnswers} with one of these codes, when nobody said where the engine listens
   */
  static async connect(
    kind: DaemonKind,
    connection: ConnectionOptions,
    signal?: AbortSignal,
    env: NodeJS.ProcessEnv = process.env,
  ): Promise<DaemonClient> {
    return DaemonClient.connectTo(kind, daemonEndpoints(kind, connection, env), connection.timeout, signal);
  }

  /** The first of these that answers. @throws {BallastError} as `connect` */
  static async connectTo(
    kind: DaemonKind,
    endpoints: readonly ChosenEndpoint[],
    timeout?: number,
    signal?: AbortSignal,
  ): Promise<DaemonClient> {
    let worst: BallastError | null = null;
    for (const chosen of endpoints) {
      const patience = Math.min(timeout ?? (chosen.isUsual === true ? searchTimeout : greetingTimeout), greetingTimeout);
      const greeter = new DaemonClient(kind, chosen, 0, patience, signal);
      try {
        return new DaemonClient(kind, chosen, await greeter.#greet(), timeout, signal);
      } catch (error) {
        if (!(error instanceof BallastError) || chosen.isUsual !== true || error.code === "daemon-too-old") throw error;
        // Of several failures, a socket that we may not use or that answers nonsense says more than one where nobody listens.
        if (worst === null || worst.code === "daemon-unavailable") worst = error;
      }
    }
    throw new NoEngineAnswers(worst!.code, worst!.message, { hint: worst!.hint, cause: worst });
  }

  /** Bytes received over a network; null for a local socket. */
  transferredBytes(): number | null {
    return this.endpoint.kind === "socket" ? null : this.#received;
  }

  /** For messages. */
  get name(): string {
    return `${engineName(this.kind)} at ${formatEndpoint(this.endpoint)}`;
  }

  /** Sends a request; the caller judges the status. The answer fails when nothing arrives for the length of the timeout. */
  async send(request: DaemonRequest): Promise<DaemonResponse> {
    const query = new URLSearchParams(request.query).toString();
    const version = `/v1.${Math.min(this.apiVersion, newestApi)}`;
    return await this.#send(request, `${version}${request.path}${query === "" ? "" : `?${query}`}`);
  }

  /** The JSON of a successful answer. @throws {BallastError} as `failure` */
  async json(request: DaemonRequest): Promise<unknown> {
    const response = await this.send({ ...request, isLookup: true });
    const text = await this.text(response);
    if (response.status >= 300) throw this.failure(request, response.status, text);
    return this.parse(request, text);
  }

  /** The text of an answer as JSON; null for none. @throws {BallastError} protocol-error */
  parse(request: DaemonRequest, text: string): unknown {
    try {
      return text === "" ? null : (JSON.parse(text) as unknown);
    } catch {
      throw new BallastError("protocol-error", `${this.name} answers ${request.path} with something that is not JSON`);
    }
  }

  /** @throws {BallastError} protocol-error when it is larger than an answer may be */
  async text(response: DaemonResponse): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxDocument) throw new BallastError("protocol-error", `${this.name} sends an answer without end`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  /** The error for an answer with a status of 300 or more. */
  failure(request: DaemonRequest, status: number, text: string): BallastError {
    const said = messageOf(text);
    if (status === 400 && /HTTP request to an HTTPS server/i.test(text)) {
      return new BallastError("tls-failed", `${this.name} wants TLS`, {
        hint: "set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH, or use a docker context",
      });
    }
    if (status === 400 && /multiple ids|ambiguous/i.test(text)) {
      return new BallastError("ambiguous-image", `${this.name} has several images that begin so${said}`, { hint: "write more of the ID" });
    }
    if (status === 401 || status === 403) return new BallastError("forbidden", `${this.name} does not allow ${request.path}${said}`);
    if (status === 404) return new BallastError("image-not-found", `${this.name} has no ${request.path}${said}`);
    return new BallastError("protocol-error", `${this.name} answers ${status} to ${request.method} ${request.path}${said}`, {
      hint: "look into the engine's own log",
    });
  }

  async #greet(): Promise<number> {
    const response = await this.#send({ method: "GET", path: "/_ping", isLookup: true }, "/_ping");
    const text = await this.text(response);
    const isPage = /html/.test(response.headers["content-type"] ?? "");
    if (response.status === 404 || (response.status < 300 && (isPage || response.status !== 200))) {
      const answer = isPage ? "with a web page" : `${response.status} to /_ping`;
      throw new BallastError("protocol-error", `${formatEndpoint(this.endpoint)} is not a container engine: it answers ${answer}`);
    }
    if (response.status >= 300) throw this.failure({ method: "GET", path: "/_ping" }, response.status, text);
    const version = String(response.headers["api-version"] ?? "none");
    const [, minor] = /^1\.(\d+)$/.exec(version) ?? [];
    if (minor !== undefined && Number(minor) >= oldestApi) return Number(minor);
    if (minor === undefined && version !== "none") {
      throw new BallastError(
        "protocol-error",
        `${this.name} speaks API ${version.slice(0, 20)}, of which nothing is known here; 1.x is spoken`,
      );
    }
    throw new BallastError("daemon-too-old", `${this.name} speaks API ${version}; 1.${oldestApi} (Docker 1.13) or later is needed`);
  }

  #send(request: DaemonRequest, path: string): Promise<DaemonResponse> {
    const timeout = request.isLookup === true ? this.#timeout.lookup : this.#timeout.work;
    return new Promise((resolve, reject) => {
      let waiting = true;
      const fail = (error: unknown): void => {
        waiting = false;
        clearTimeout(idle);
        reject(describeSocketError(this.kind, this.#chosen, error));
      };
      const idle = setTimeout(() => outgoing.destroy(this.#silence(timeout)), timeout);
      const outgoing = this.#open(request, path, timeout);
      outgoing.on("error", fail);
      outgoing.on("response", (response) => {
        waiting = false;
        clearTimeout(idle);
        const body = Readable.from(this.#watched(response, timeout), { objectMode: false, highWaterMark: 1024 * 1024 });
        // A generator that was never read does not run its `finally`, and an open connection would keep the process alive.
        body.on("close", () => void response.destroy());
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
      if (request.body === undefined) outgoing.end();
      else {
        request.body.on("data", () => void (waiting && idle.refresh()));
        // An engine that refuses may answer before it has read everything: then its answer counts, not the broken pipe.
        pipeline(request.body, outgoing, (error) => {
          if (error !== null && error !== undefined && systemErrorCode(error) !== "EPIPE") fail(error);
        });
      }
    });
  }

  /** The answer's bytes, counted. The timeout runs only while we wait for the engine, not while the reader is busy. */
  async *#watched(response: IncomingMessage, timeout: number): AsyncGenerator<Buffer> {
    const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const idle = setTimeout(() => response.destroy(this.#silence(timeout)), timeout);
        const next = await chunks.next().finally(() => clearTimeout(idle));
        if (next.done === true) return;
        this.#received += next.value.length;
        yield next.value;
      }
    } catch (error) {
      throw describeSocketError(this.kind, this.#chosen, error);
    } finally {
      response.destroy();
    }
  }

  #silence(timeout: number): BallastError {
    return new BallastError("connection-timeout", `${this.name} sent nothing for ${timeout / 1000} s`, {
      hint: "it hangs, or has a lot to do: look at what it logs and start it anew, or allow more time with --timeout",
    });
  }

  #open(request: DaemonRequest, path: string, timeout: number): ClientRequest {
    const { endpoint } = this;
    const options: RequestOptions = {
      method: request.method,
      path,
      headers: { host: "ballast", "user-agent": "ballast", ...request.headers },
      signal: this.#signal,
    };
    if (endpoint.kind === "socket") return httpRequest({ ...options, socketPath: endpoint.path, agent: false });
    if (endpoint.kind === "ssh") {
      return httpRequest({ ...options, createConnection: () => sshConnection(this.kind, endpoint, timeout) });
    }
    const tcp = { ...options, host: endpoint.host, port: endpoint.port, agent: false as const };
    return endpoint.tls === null ? httpRequest(tcp) : httpsRequest({ ...tcp, ...readTls(endpoint.tls) });
  }
}

function readTls(tls: TlsFiles): { ca?: Buffer; cert?: Buffer; key?: Buffer; rejectUnauthorized: boolean } {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new BallastError("tls-failed", `${path} cannot be read (${systemErrorCode(error)})`, {
        hint: "check DOCKER_CERT_PATH, or the context's TLS files",
      });
    }
  };
  return {
    rejectUnauthorized: !tls.skipVerify,
    ...(tls.ca !== undefined && { ca: read(tls.ca) }),
    ...(tls.cert !== undefined && { cert: read(tls.cert) }),
    ...(tls.key !== undefined && { key: read(tls.key) }),
  };
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string" && message !== "") return `: ${message.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 300)}`;
  } catch {
    // An engine from before 1.24 answers in plain text; a proxy in HTML.
  }
  return "";
}
