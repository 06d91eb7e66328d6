/** A registry's answer that is not what was asked for, in words. */
import { BallastError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { discard } from "./http.ts";
import type { HttpResponse } from "./http.ts";
import { retryAfter } from "./retry.ts";

/** Bytes of an error's body that are read. */
const maxErrorBody = 64 * 1024;

/** Reads what the registry says about itself; never throws. `what` names what was asked for. */
export async function describeRefusal(what: string, response: HttpResponse, notFound: ErrorCode): Promise<BallastError> {
  const { status, url } = response;
  const said = await registryMessage(response);
  const at = `registry ${url.host}`;
  if (isHtml(response)) {
    return new BallastError("protocol-error", `${at} answers ${status} with a web page instead of ${what}`, {
      hint: "is that host a registry? a login page or a proxy may stand before it",
    });
  }
  if (status === 404) return new BallastError(notFound, `${at} has no ${what}${said}`, notFoundHint(notFound));
  if (status === 403) return new BallastError("forbidden", `${at} does not let us have ${what}${said}`);
  if (status === 429) {
    const delay = retryAfter(response.headers["retry-after"]);
    const later = delay === null ? "" : `; it asks to come back in ${Math.ceil(delay / 1000)} s`;
    return new BallastError("rate-limited", `${at} answers 429 for ${what}: too many requests${later}${said}`);
  }
  if (status >= 500) {
    return new BallastError("connection-failed", `${at} answers ${status} for ${what}${said}`, {
      hint: "the registry has trouble of its own: try again later",
    });
  }
  return new BallastError("protocol-error", `${at} answers ${status} for ${what}${said}`);
}

function notFoundHint(code: ErrorCode): { hint?: string } {
  return code === "image-not-found" ? { hint: "check repository and tag; a private repository may need a login to be seen" } : {};
}

export function isHtml(response: HttpResponse): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(String(response.headers["content-type"] ?? ""));
}

/** `: NAME_UNKNOWN: repository name not known`, or nothing (distribution specification, § error codes). */
async function registryMessage(response: HttpResponse): Promise<string> {
  if (!/json/i.test(String(response.headers["content-type"] ?? ""))) {
    discard(response.body);
    return "";
  }
  try {
    let text = "";
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      text += chunk.toString("utf8");
      if (text.length > maxErrorBody) return "";
    }
    const { errors } = JSON.parse(text) as { errors?: readonly { code?: unknown; message?: unknown }[] };
    const { code, message } = errors?.[0] ?? {};
    const parts = [code, message].filter((part) => typeof part === "string" && part !== "");
    // Whoever runs the registry writes this text.
    const clean = parts
      .join(": ")
      .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
      .slice(0, 200);
    return clean === "" ? "" : ` (${clean})`;
  } catch {
    return "";
  }
}
