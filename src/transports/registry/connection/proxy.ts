/** `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, read as Go's clients (docker, podman, skopeo) read them. */
import { BlockList, isIP } from "node:net";

import { BallastError } from "../../../base/errors.ts";

/** The proxy that a request to `url` goes through; null for none. Requests to loopback addresses never use one. */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): URL | null {
  const scheme = url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const setting = valueOf(scheme, env) ?? valueOf("ALL_PROXY", env) ?? "";
  if (setting === "") return null;
  const host = hostOf(url);
  if (isLoopback(host) || isExempt(host, portOf(url), valueOf("NO_PROXY", env) ?? "")) return null;
  const text = setting.includes("://") ? setting : `http://${setting}`;
  const proxy = URL.canParse(text) ? new URL(text) : null;
  if (proxy === null || (proxy.protocol !== "http:" && proxy.protocol !== "https:")) {
    // The value may hold a password, so it is not repeated.
    throw new BallastError(
      "connection-failed",
      `the proxy variable for ${url.protocol.slice(0, -1)} does not hold an http:// or https:// URL`,
      {
        hint: "correct HTTPS_PROXY (or HTTP_PROXY, ALL_PROXY), or exempt the host with NO_PROXY",
      },
    );
  }
  return proxy;
}

/** The authorization for the account in a proxy's URL, even if its password is empty; null without an account. */
export function proxyAuthorization({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64")}`;
}

/** A percent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"));
}

/** In upper or lower case; if one spelling is set but empty, the other one is used. Undefined when neither is set. */
function valueOf(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return env[name] || (env[name.toLowerCase()] ?? env[name]);
}

/** This machine, however it is written: `localhost`, 127.0.0.0/8, ::1, the unspecified addresses, and those mapped to IPv6. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|0\.0\.0\.0|::1?|::ffff:(?:7f[0-9a-f]{2}:[0-9a-f]{1,4}|0:0))$/.test(host);
}

/** The host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}

function isExempt(host: string, port: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((rule) => rule !== "")
    .some((rule) => matches(rule.toLowerCase(), host, port));
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === "*") return true;
  const network = /^(.+)\/(\d{1,3})$/.exec(rule);
  if (network !== null) return inNetwork(host, network[1]!, Number(network[2]));
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(rule);
  const withPort = bracketed ?? (isIP(rule) === 6 ? null : /^(.*):(\d+)$/.exec(rule));
  const name = withPort?.[1] ?? rule;
  if (withPort?.[2] !== undefined && withPort[2] !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const suffix = name.replace(/^\*?\./, "");
  // `.example.com` exempts only the hosts below it, `example.com` also the host itself.
  return host.endsWith(`.${suffix}`) || (suffix === name && host === name);
}

function inNetwork(host: string, network: string, prefix: number): boolean {
  const family = isIP(host);
  if (family === 0 || family !== isIP(network) || prefix > (family === 4 ? 32 : 128)) return false;
  const kind = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, prefix, kind);
  return list.check(host, kind);
}
