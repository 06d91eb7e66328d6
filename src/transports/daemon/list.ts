/** Lists the images of a container engine, to choose one of them. */
import type { ConnectionOptions } from "../transport.ts";
import { DaemonClient } from "./connection/client.ts";
import type { DaemonKind } from "./connection/discovery.ts";

export interface DaemonImage extends ListedImage {
  readonly id: string;
}

export interface ListedImage {
  /** As `openImage` accepts it. */
  readonly name: string;
  /** The name that people know it by. */
  readonly title: string;
  readonly bytes: number | null;
  /** Milliseconds since 1970. */
  readonly created: number | null;
}

/**
 * Tagged images, by each of their tags, and those without one by their ID.
 * @throws {BallastError} as `DaemonClient`
 */
export async function listDaemonImages(
  kind: DaemonKind,
  connection: ConnectionOptions,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv,
): Promise<DaemonImage[]> {
  const client = await DaemonClient.connect(kind, connection, signal, env);
  const answer = await client.json({ method: "GET", path: "/images/json" });
  return Array.isArray(answer) ? answer.flatMap((item: unknown) => listed(kind, item)) : [];
}

function listed(kind: DaemonKind, item: unknown): DaemonImage[] {
  if (typeof item !== "object" || item === null) return [];
  const { Id: id, RepoTags: tags, Size: size, Created: created } = item as Readonly<Record<string, unknown>>;
  if (typeof id !== "string") return [];
  const named = (Array.isArray(tags) ? tags : []).filter((tag): tag is string => typeof tag === "string" && !tag.startsWith("<none>"));
  const about = {
    id,
    bytes: typeof size === "number" && size >= 0 ? size : null,
    created: typeof created === "number" ? created * 1000 : null,
  };
  const short = id.replace(/^sha256:/, "").slice(0, 12);
  return named.length > 0
    ? named.map((tag) => ({ name: `${kind}:${tag}`, title: tag, ...about }))
    : [{ name: `${kind}:${short}`, title: `${short} (no tag)`, ...about }];
}
