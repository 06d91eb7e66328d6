/** Readable errors for network failures, from the codes of Node's sockets, its TLS, its resolver and undici. */
import { BallastError, systemErrorCode } from "../../../base/errors.ts";

/** What is wrong with a certificate, by error code. */
const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet (is this machine's clock right?)",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host name",
  CERT_REVOKED: "its certificate was revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate chain ends at an authority that is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by an authority that is not trusted here",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is signed by an authority that is not trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is signed by an authority that is not trusted here",
};

const timeouts = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ETIMEDOUT", "ESOCKETTIMEDOUT"]);

const broken: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses the connection",
  ECONNRESET: "closed the connection",
  EPIPE: "closed the connection",
  UND_ERR_SOCKET: "closed the connection",
  UND_ERR_ABORTED: "closed the connection",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached (no network)",
  EADDRNOTAVAIL: "cannot be reached",
  ENOTFOUND: "is not a known host name (DNS)",
  EAI_AGAIN: "cannot be resolved now (DNS)",
  EAI_FAIL: "cannot be resolved (DNS)",
};

/** The first code found on the error, its causes, or the attempts an AggregateError joins. */
export function networkCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = systemErrorCode(at) ?? (at instanceof AggregateError ? networkCode(at.errors[0]) : undefined);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** True when the same request may succeed when sent again: the connection failed, not the request. */
export function isTransient(error: unknown): boolean {
  const code = networkCode(error);
  if (code === undefined || error instanceof BallastError || proxyStatus(error) !== undefined) return false;
  return ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_ABORTED", "EAI_AGAIN"].includes(code);
}

/** True when the other side stayed silent. Waiting as long again is seldom worth it. */
export function isTimeout(error: unknown): boolean {
  return timeouts.has(networkCode(error) ?? "");
}

/** True when no connection was made; where there is a proxy, none to the proxy. */
export function isConnecting(error: unknown): boolean {
  return ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(
    networkCode(error) ?? "",
  );
}

/** How a TLS handshake fails where TLS is not spoken: with an answer in plain text, no listener, or a connection closed at once. */
const withoutTls = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPROTO",
  "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "UND_ERR_SOCKET",
]);

/** True when the other side does not speak TLS, or does not listen where TLS would be. */
export function isPlainHttpLikely(error: unknown): boolean {
  return withoutTls.has(networkCode(error) ?? "");
}

/** A readable error. `what` names the other side: `registry ghcr.io`. BallastErrors pass unchanged. */
export function describeNetworkError(what: string, error: unknown, timeout: number): Error {
  if (error instanceof BallastError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const status = proxyStatus(error);
  if (status !== undefined) return proxyError(what, status, error);
  const code = networkCode(error);
  // Our own interruption. undici uses the same name, with this code, when the other side breaks off.
  if (error.name === "AbortError" && code !== "UND_ERR_ABORTED") return error;
  // undici's parser gives most of its errors no code.
  if (error.name === "HTTPParserError" || code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new BallastError("protocol-error", `${what} does not answer in HTTP as it should (${error.message})`, { cause: error });
  }
  if (code === undefined) return error;
  if (isTimeout(error)) {
    return new BallastError("connection-timeout", `${what} sent nothing for ${timeout / 1000} s`, { cause: error });
  }
  const certificate = certificateFaults[code];
  if (certificate !== undefined) return new BallastError("tls-failed", `${what}: ${certificate}`, { cause: error });
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG") {
    return new BallastError("tls-failed", `${what} does not speak TLS on this port`, {
      hint: "if it is meant to serve plain HTTP, allow that with --insecure",
      cause: error,
    });
  }
  if (/^ERR_SSL_.*(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA)/.test(code)) {
    return new BallastError("tls-failed", `${what} refuses the TLS handshake: it wants another client certificate`, {
      hint: "give a directory that holds NAME.cert and NAME.key with --cert-dir",
      cause: error,
    });
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) {
    return new BallastError("tls-failed", `${what}: the TLS handshake failed (${code})`, { cause: error });
  }
  const closed = broken[code] === "closed the connection";
  return new BallastError("connection-failed", `${what} ${broken[code] ?? `cannot be reached (${code})`}`, {
    // With TLS 1.3, a server that misses a client certificate often just hangs up.
    ...(closed && { hint: "try again later; if the registry wants a client certificate, give it with --cert-dir" }),
    cause: error,
  });
}

/** The status with which a proxy refused the tunnel; undici has it only in its message. */
function proxyStatus(error: unknown): string | undefined {
  return error instanceof Error ? /Proxy response \((\d+)\)/.exec(error.message)?.[1] : undefined;
}

function proxyError(what: string, status: string, error: Error): BallastError {
  return new BallastError("connection-failed", `the proxy does not let us through to ${what}: it answered ${status}`, {
    hint:
      status === "407"
        ? "put the account into HTTPS_PROXY: http://user:password@host:port"
        : "check HTTPS_PROXY, or exempt the host with NO_PROXY",
    cause: error,
  });
}
