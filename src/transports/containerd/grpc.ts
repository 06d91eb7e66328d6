/** Calls of containerd's API: gRPC over HTTP/2 on its socket (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). */
import { connect as connectHttp2, constants } from "node:http2";
import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";
import { connect } from "node:net";

import { BallastError, systemErrorCode } from "../../base/errors.ts";

/** Bytes of the flow-control window: blobs arrive by the megabyte. */
const windowBytes = 8 * 1024 * 1024;
/** Bytes of a message's compression flag and length. */
const headerBytes = 5;
/** Maximum bytes of a message, which is held as a whole. containerd's have 1 MiB of a blob, or all images of a namespace. */
const mostMessageBytes = 64 * 1024 * 1024;

/** gRPC's status codes that get errors of their own. */
const [notFound, permissionDenied, unimplemented] = ["5", "7", "12"];

export class GrpcClient {
  readonly #session: ClientHttp2Session;
  readonly #socket: string;
  readonly #timeout: number;
  #broken: unknown = null;

  /** @param timeout milliseconds without a byte before a call counts as hung */
  constructor(socket: string, timeout: number) {
    this.#socket = socket;
    this.#timeout = timeout;
    this.#session = connectHttp2("http://localhost", {
      createConnection: () => connect(socket),
      settings: { initialWindowSize: windowBytes, enablePush: false },
    });
    this.#session.on("connect", () => this.#session.setLocalWindowSize(windowBytes));
    // A call learns from its own stream that it has ended, and from the session why.
    this.#session.on("error", (error) => (this.#broken ??= error));
  }

  /** The only message of an answer. @throws {BallastError} as `stream` */
  async call(method: string, request: Buffer, namespace = ""): Promise<Buffer> {
    for await (const message of this.stream(method, request, namespace)) return message;
    throw this.#failure(method, "0", "it answers with nothing");
  }

  /**
   * The messages of an answer, as they arrive.
   * @param method `containerd.services.content.v1.Content/Read`
   * @throws {BallastError} daemon-unavailable, daemon-denied, blob-missing (what was asked for is not there), connection-timeout, protocol-error
   */
  async *stream(method: string, request: Buffer, namespace = ""): AsyncGenerator<Buffer> {
    const headers = {
      ":method": "POST",
      ":path": `/${method}`,
      "content-type": "application/grpc",
      te: "trailers",
      ...(namespace !== "" && { "containerd-namespace": namespace }),
    };
    const call = this.#session.request(headers);
    let status: IncomingHttpHeaders = {};
    // An answer without messages has its status among the headers.
    call.on("response", (answer) => (status = { ...answer, ...status }));
    call.on("trailers", (trailers) => (status = { ...status, ...trailers }));
    call.setTimeout(this.#timeout, () => call.destroy(new BallastError("connection-timeout", `${this.#name} falls silent`)));
    try {
      call.end(frame(request));
      yield* this.#unframed(call);
    } catch (error) {
      throw error instanceof BallastError ? error : this.#socketError(this.#broken ?? error);
    } finally {
      call.close(constants.NGHTTP2_CANCEL);
    }
    const code = String(status["grpc-status"] ?? "none");
    if (code !== "0") throw this.#failure(method, code, unescaped(String(status["grpc-message"] ?? "")));
  }

  close(): void {
    this.#session.close();
  }

  async *#unframed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let waiting: Buffer[] = [];
    let bytes = 0;
    let wanted = headerBytes;
    for await (const chunk of chunks) {
      waiting.push(chunk);
      bytes += chunk.length;
      while (bytes >= wanted) {
        const whole = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting);
        const end = headerBytes + whole.readUInt32BE(1);
        if (end > mostMessageBytes) throw new BallastError("protocol-error", `${this.#name} answers with a message of ${end} bytes`);
        wanted = end;
        waiting = [whole];
        if (bytes < end) break;
        yield whole.subarray(headerBytes, end);
        waiting = [whole.subarray(end)];
        bytes -= end;
        wanted = headerBytes;
      }
    }
  }

  get #name(): string {
    return `containerd at ${this.#socket}`;
  }

  #failure(method: string, code: string, said: string): BallastError {
    const sentence = said.replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 300);
    if (code === notFound) return new BallastError("blob-missing", `${this.#name} does not have it: ${sentence}`);
    if (code === permissionDenied) return new BallastError("daemon-denied", `${this.#name} does not allow ${method}: ${sentence}`);
    if (code === unimplemented) return new BallastError("protocol-error", `${this.#name} does not know ${method}: is it containerd?`);
    return new BallastError("protocol-error", `${this.#name} answers ${method} with status ${code}: ${sentence}`);
  }

  #socketError(error: unknown): BallastError {
    const code = systemErrorCode(error);
    if (code === "EACCES" || code === "EPERM") {
      return new BallastError("daemon-denied", `${this.#name} may not be used by this account`, {
        hint: "run as root, or name a rootless socket with --address",
        cause: error,
      });
    }
    return new BallastError("daemon-unavailable", `${this.#name} cannot be reached (${code ?? "it speaks no HTTP/2"})`, {
      hint: "start containerd, or name its socket with --address",
      cause: error,
    });
  }
}

/** Returns the text unchanged when its percent signs are not the protocol's escapes. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function frame(message: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
