/** What a registry has: its repositories and the tags of one, page by page (distribution specification, § content discovery). */
import { BallastError } from "../../base/errors.ts";
import { field, parseJsonObject } from "../../image/json.ts";
import type { RegistryClient } from "./client.ts";
import { isHtml } from "./refusal.ts";

const pageSize = 1000;
/** Limit for broken registries that name a next page forever. */
const mostPages = 10_000;

/**
 * The repositories of a registry, as far as the account may see them.
 * @param client made with the scope `catalogScope`
 * @throws {BallastError} for every refusal; that of the catalog with hints at ways around it
 */
export async function* listRepositories(client: RegistryClient): AsyncGenerator<string> {
  const { credentialName } = client.endpoint;
  try {
    yield* pages(client, `/v2/_catalog?n=${pageSize}`, "repositories", `catalog of ${credentialName}`);
  } catch (error) {
    if (!(error instanceof BallastError) || !refusals.has(error.code)) throw error;
    throw new BallastError(error.code, `registry ${credentialName} does not list its repositories: ${error.message}`, {
      hint: `Docker Hub, ghcr.io, ECR and others have no catalog for everybody: name repositories (docker://${credentialName}/team/app), list them in a file for --from, or log in as an account that may read the catalog`,
      cause: error,
    });
  }
}

const refusals: ReadonlySet<string> = new Set(["unauthorized", "forbidden", "image-not-found", "protocol-error"]);

/** The scope of a token that may read the catalog (Docker token specification). */
export const catalogScope = "registry:catalog:*";

/** @throws {BallastError} image-not-found when the registry does not know the repository; other codes for other refusals */
export function listTags(client: RegistryClient): AsyncGenerator<string> {
  return pages(client, client.path(`tags/list?n=${pageSize}`), "tags", `tags of ${client.name}`);
}

async function* pages(client: RegistryClient, first: string, key: "repositories" | "tags", what: string): AsyncGenerator<string> {
  const seen = new Set<string>();
  let path: string | null = first;
  for (let page = 0; path !== null && !seen.has(path); page += 1) {
    if (page === mostPages) throw new BallastError("limit-exceeded", `${what} has more than ${mostPages} pages`);
    seen.add(path);
    const { response, bytes } = await client.document({ method: "GET", path, what });
    if (isHtml(response)) {
      throw new BallastError("protocol-error", `registry ${response.url.host} answers with a web page instead of the ${what}`);
    }
    const names = field(parseJsonObject(bytes, what), key) ?? [];
    if (!Array.isArray(names)) throw new BallastError("protocol-error", `the ${what} has no list of ${key}`);
    for (const name of names) if (typeof name === "string" && name !== "") yield name;
    path = nextPage(response.headers["link"], response.url);
  }
}

/**
 * `</v2/_catalog?last=x&n=100>; rel="next"` (RFC 5988). Of an absolute URL only path and query are used: a registry behind a proxy may not
 * know the name by which it is reached.
 */
export function nextPage(header: string | string[] | undefined, base: URL): string | null {
  for (const value of [header ?? []].flat()) {
    const next = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(value)?.[1];
    if (next === undefined || !URL.canParse(next, base.href)) continue;
    const { pathname, search } = new URL(next, base);
    return `${pathname}${search}`;
  }
  return null;
}
