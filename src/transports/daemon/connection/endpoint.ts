/** An address of a container engine, as docker writes it: `unix://`, `tcp://`, `http(s)://`, `ssh://`, `npipe://`. */
import { BallastError } from "../../../base/errors.ts";

export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly skipVerify: boolean;
}

export type DaemonEndpoint =
  /** A unix socket, or a named pipe of Windows. */
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls: TlsFiles | null }
  | {
      readonly kind: "ssh";
      readonly host: string;
      readonly user: string | null;
      readonly port: number | null;
      readonly socket: string | null;
    };

/** An endpoint and where it was named, for messages: `DOCKER_HOST`, `docker context "work"`. */
export interface ChosenEndpoint {
  readonly endpoint: DaemonEndpoint;
  readonly origin: string;
  /** Nobody named it: it is one of the places where engines usually listen. */
  readonly isUsual?: true;
}

/**
 * @param tls what to use for `tcp://`; `https://` implies it.
 * @throws {BallastError} bad-argument naming `origin`
 */
export function parseEndpoint(text: string, origin: string, tls: TlsFiles | null = null): DaemonEndpoint {
  const [, written = "", rest = ""] = /^([a-z]+):\/\/(.*)$/is.exec(text) ?? [];
  const scheme = written.toLowerCase();
  switch (scheme) {
    case "unix":
      if (rest !== "") return { kind: "socket", path: rest };
      break;
    case "npipe":
      // npipe:////./pipe/docker_engine
      if (rest !== "") return { kind: "socket", path: rest.replaceAll("/", "\\") };
      break;
    case "tcp":
    case "http":
    case "https":
      return tcpEndpoint(rest, scheme === "https" ? (tls ?? { skipVerify: false }) : tls) ?? refuse(text, origin);
    case "ssh":
      if (URL.canParse(text)) return sshEndpoint(new URL(text), origin);
      break;
    case "":
      // `docker -H host:2375`, and a path.
      if (text.startsWith("/")) return { kind: "socket", path: text };
      if (/^[^\s/]*:\d+$/.test(text)) return tcpEndpoint(text, tls) ?? refuse(text, origin);
      break;
  }
  return refuse(text, origin);
}

function refuse(text: string, origin: string): never {
  throw new BallastError("bad-argument", `${origin} holds "${text}", which is not an endpoint of an engine`, {
    hint: "write unix:///path, tcp://host:port, ssh://user@host or npipe:////./pipe/name",
  });
}

/** Null when it is not a host. `:2375` means this machine. Parsed as `tcp:`, because URL drops port 80 from `http:`. */
function tcpEndpoint(address: string, tls: TlsFiles | null): DaemonEndpoint | null {
  const text = `tcp://${address.replace(/^(?=:\d)/, "127.0.0.1")}`;
  if (!URL.canParse(text)) return null;
  const { hostname, port } = new URL(text);
  if (hostname === "") return null;
  const usualPort = tls === null ? 2375 : 2376;
  return { kind: "tcp", host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? usualPort : Number(port), tls };
}

function sshEndpoint(url: URL, origin: string): DaemonEndpoint {
  if (url.password !== "") {
    throw new BallastError("bad-argument", `${origin} holds a password in an ssh:// address`, { hint: "use a key: ssh asks nobody here" });
  }
  const [host, user] = [url.hostname, decodeURIComponent(url.username)];
  // A name that begins with a dash would be an option of ssh.
  if (host === "" || host.startsWith("-") || user.startsWith("-")) {
    throw new BallastError("bad-argument", `${origin} holds "${url.host}", which is not a host for ssh`);
  }
  return {
    kind: "ssh",
    host,
    user: user === "" ? null : user,
    port: url.port === "" ? null : Number(url.port),
    socket: url.pathname === "" || url.pathname === "/" ? null : decodeURIComponent(url.pathname),
  };
}

/** For messages. */
export function formatEndpoint(endpoint: DaemonEndpoint): string {
  if (endpoint.kind === "socket") return endpoint.path;
  if (endpoint.kind === "tcp") return `${endpoint.tls === null ? "tcp" : "tcp+tls"}://${endpoint.host}:${endpoint.port}`;
  const user = endpoint.user === null ? "" : `${endpoint.user}@`;
  return `ssh://${user}${endpoint.host}${endpoint.port === null ? "" : `:${endpoint.port}`}${endpoint.socket ?? ""}`;
}
