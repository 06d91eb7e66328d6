/** Readable errors for a registry's answer that is not what was asked for. */
import { BallastError } from "../../base/errors.ts";
import type { ErrorCode } from "../../base/errors.ts";
import { discard } from "./connection/http.ts";
import type { HttpResponse } from "./connection/http.ts";
import { retryAfter } from "./connection/retry.ts";

/** Maximum characters of an error's body that are read. */
const maxErrorBody = 64 * 1024;

/** The error for an answer, with the registry's own message; never throws. `what` names what was asked for. */
export async function describeRefusal(what: string, response: HttpResponse, notFound: ErrorCode, isWrite = false): Promise<BallastError> {
  const { status, url } = response;
  const said = await registryMessage(response);
  const at = `registry ${url.host}`;
  // With 5xx, the page comes from a gateway in front of a registry that is down.
  if (isHtml(response) && status < 500) return webPage(response, what);
  const cause = isWrite ? causes.find(({ said: pattern }) => pattern.test(`${status} ${said}`)) : undefined;
  if (cause !== undefined) return new BallastError(cause.code, `${at} answers ${status} for ${what}${said}`, { hint: cause.hint });
  if (status === 404 && !isWrite) return new BallastError(notFound, `${at} has no ${what}${said}`, notFoundHint(notFound));
  if (status === 404) return new BallastError(notFound, `${at} answers 404 for ${what}${said}`);
  if (status === 403) return new BallastError("forbidden", `${at} does not ${isWrite ? "allow the" : "let us have"} ${what}${said}`);
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

/**
 * What registries mean when they refuse a push. Some codes are from the distribution specification, some are the registries' own: ECR's
 * ImageTagAlreadyExistsException, Harbor's PRECONDITION and PROJECTPOLICYVIOLATION, GHCR's write_package, Hub's DENIED.
 */
const causes: readonly { readonly said: RegExp; readonly code: ErrorCode; readonly hint: string }[] = [
  {
    said: /quota|storage limit|insufficient[ _]storage|^507/i,
    code: "write-failed",
    hint: "the quota of the account or project is used up: remove images, or ask for more",
  },
  {
    said: /immutab|tag_?already_?exists|TAG_INVALID.*(exist|overwrit)|cannot be (overwritten|updated)/i,
    code: "destination-exists",
    hint: "the registry does not let a tag be moved: choose another tag",
  },
  {
    said: /NAME_UNKNOWN|repository.*(not (found|exist)|does not exist|unknown)|project .*not found/i,
    code: "write-failed",
    hint: "this registry makes no repository (or project) by itself: create it there first, and check the name",
  },
  {
    said: /MANIFEST_BLOB_UNKNOWN/i,
    code: "write-failed",
    hint: "the registry has lost a blob that it had taken: push again",
  },
  {
    said: /MANIFEST_INVALID|unsupported.*(media|manifest)|^415/i,
    code: "write-failed",
    hint: "the registry does not take this kind of manifest: try --manifest docker with --compression gzip",
  },
  {
    said: /UNSUPPORTED|read.?only|pull.?through|proxy cache|^405/i,
    code: "forbidden",
    hint: "the registry or the repository is read-only, a mirror perhaps: push to the one it mirrors",
  },
  { said: /DIGEST_INVALID/i, code: "write-failed", hint: "the blob was damaged on its way: push again; look at proxies in between" },
  { said: /^413/, code: "forbidden", hint: "a proxy before the registry limits the size of requests: have it allow larger ones" },
];

function notFoundHint(code: ErrorCode): { hint?: string } {
  if (code === "image-not-found") return { hint: "check repository and tag; a private repository may need a login to be seen" };
  return code === "blob-missing" ? { hint: "the registry has lost a part of the image, or never had it: push the image again" } : {};
}

/** The error for a web page where a registry should answer: a login page, a portal, a proxy's apology. */
export function webPage({ status, url }: HttpResponse, what: string): BallastError {
  const answers = status === 200 ? "answers" : `answers ${status}`;
  return new BallastError("protocol-error", `registry ${url.host} ${answers} with a web page instead of the ${what}`, {
    hint: "is that host a registry? a login page or a proxy may stand before it",
  });
}

/** Judged by the content type or, if there is none, by `start`, the beginning of the body. */
export function isHtml(response: HttpResponse, start: Buffer = Buffer.alloc(0)): boolean {
  const type = response.headers["content-type"];
  if (type === undefined) return /^\s*<(?:!doctype html|html)\b/i.test(start.toString("latin1", 0, 200));
  return /^(?:text\/html|application\/xhtml)/i.test(String(type));
}

/** `: NAME_UNKNOWN: repository name not known`, or nothing (distribution specification, § error codes). */
async function registryMessage(response: HttpResponse): Promise<string> {
  const type = String(response.headers["content-type"] ?? "");
  if (!/json|xml/i.test(type)) {
    discard(response.body);
    return "";
  }
  try {
    let text = "";
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      text += chunk.toString("utf8");
      if (text.length > maxErrorBody) return "";
    }
    const { code, message } = /json/i.test(type) ? errorInJson(text) : errorInXml(text);
    const parts = [code, message].filter((part) => typeof part === "string" && part !== "");
    // This text comes from the registry and is not trusted.
    const clean = parts
      .join(": ")
      .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
      .slice(0, 200);
    return clean === "" ? "" : ` (${clean})`;
  } catch {
    return "";
  }
}

interface RegistryError {
  readonly code?: unknown;
  readonly message?: unknown;
}

function errorInJson(text: string): RegistryError {
  const { errors } = JSON.parse(text) as { errors?: readonly RegistryError[] };
  return errors?.[0] ?? {};
}

/**
 * Errors of S3 and similar stores, to which registries redirect for blobs:
 * `<Error><Code>AccessDenied</Code><Message>Request has expired</Message>`.
 */
function errorInXml(text: string): RegistryError {
  const element = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return { code: element("Code"), message: element("Message") };
}
