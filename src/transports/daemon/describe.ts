/** What an engine says about an image without sending it: its config and the sizes of its layers, from which a ledger is made. */
import { BallastError } from "../../base/errors.ts";
import { isDigest } from "../../image/digest.ts";
import type { Digest } from "../../image/digest.ts";
import { isObject } from "../../image/json.ts";
import type { JsonObject } from "../../image/json.ts";
import { parseConfig } from "../../image/config.ts";
import type { Image } from "../../image/image.ts";
import { assembleImage } from "../source/assemble.ts";
import type { DaemonClient } from "./connection/client.ts";
import { encodeName, platformJson } from "./inspect.ts";
import { storedPlatforms } from "./platforms.ts";
import type { StoredPlatform } from "./platforms.ts";

/** The API version since which engines describe one platform of several. */
const platformApi = 49;

/**
 * Every platform whose content the engine has. The layers cannot be opened and have no digests, only diff IDs; their sizes are those of the
 * unpacked files. Null when the engine does not say which size belongs to which layer: that takes reading the image.
 * @throws {BallastError} as `DaemonClient.json`
 */
export async function describeImage(client: DaemonClient, id: string, title: string): Promise<readonly Image[] | null> {
  const path = `/images/${encodeName(id)}/json`;
  const whole = await client.json({ method: "GET", path, query: client.apiVersion >= 48 ? { manifests: "1" } : {} });
  if (!isObject(whole)) return null;
  const available = storedPlatforms(whole)?.filter((stored) => stored.available) ?? null;
  if (available === null) return allOrNone([await describeOne({ client, id, title }, whole, null)]);
  // A name without content cannot be described; a single platform can, by engines of any version.
  if (available.length === 0 || (client.apiVersion < platformApi && available.length > 1)) return null;
  const found: (Image | null)[] = [];
  for (const stored of available) {
    const query = client.apiVersion < platformApi ? {} : { platform: platformJson(stored.platform) };
    const own = await client.json({ method: "GET", path, query });
    found.push(isObject(own) ? await describeOne({ client, id, title }, own, stored) : null);
  }
  return allOrNone(found);
}

interface Subject {
  readonly client: DaemonClient;
  readonly id: string;
  /** The name that people know it by. */
  readonly title: string;
}

async function describeOne({ client, id, title }: Subject, inspected: JsonObject, stored: StoredPlatform | null): Promise<Image | null> {
  const query = stored === null || client.apiVersion < platformApi ? {} : { platform: platformJson(stored.platform) };
  const answer = await historyOf(client, id, query);
  const { RootFS: rootfs } = inspected;
  const diffIds = isObject(rootfs) && Array.isArray(rootfs["Layers"]) ? rootfs["Layers"] : [];
  const digest = stored?.digest ?? id;
  if (!Array.isArray(answer) || !isDigest(digest) || !diffIds.every(isDigest)) return null;
  // The engine lists the newest first.
  const rows = answer.filter(isObject).toReversed();
  const layers = rowsOfLayers(rows, diffIds.length);
  // For a platform that was never unpacked, the engine knows no sizes.
  if (layers === null || (layers.length > 0 && layers.every((row) => sizeOf(row) === 0))) return null;
  const history = rows.map((row) => ({
    created: typeof row["Created"] === "number" ? new Date(row["Created"] * 1e3).toISOString() : undefined,
    created_by: row["CreatedBy"],
    empty_layer: !layers.includes(row),
  }));
  const configBytes = configOf(inspected, diffIds, history);
  return assembleImage(
    {
      reference: title,
      transport: client.kind,
      manifest: null,
      annotations: {},
      attestations: [],
      warnings: [],
      configDigest: digest,
      configBytes,
      config: parseConfig(configBytes, `what ${client.name} says of ${title}`),
      statedPlatform: stored?.platform,
      tags: [title],
      layers: layers.map((row) => ({
        digest: null,
        mediaType: "",
        storedBytes: sizeOf(row),
        file: null,
        open: notHere,
      })),
      close: async () => {},
    },
    title,
  );
}

/** An image config (OCI image-spec, config.md) made from what the engine says about the image. */
function configOf(inspected: JsonObject, diffIds: readonly Digest[], history: readonly object[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      os: inspected["Os"],
      architecture: inspected["Architecture"],
      variant: textOf(inspected["Variant"]),
      created: inspected["Created"],
      config: inspected["Config"],
      rootfs: { type: "layers", diff_ids: diffIds },
      history,
    }),
  );
}

/** Null when the engine fails to answer, as podman does when a row has no date. */
async function historyOf(client: DaemonClient, id: string, query: Readonly<Record<string, string>>): Promise<unknown> {
  try {
    return await client.json({ method: "GET", path: `/images/${encodeName(id)}/history`, query });
  } catch (error) {
    if (error instanceof BallastError && error.code === "protocol-error") return null;
    throw error;
  }
}

/**
 * The history rows that made a layer. The engine does not mark them, but rows that only set something made none, and rows with bytes made
 * one. Null when neither all nor none of the remaining rows complete the number of layers.
 */
function rowsOfLayers(rows: readonly JsonObject[], count: number): JsonObject[] | null {
  const filled = rows.filter((row) => sizeOf(row) > 0);
  if (filled.length === count) return filled;
  const possible = rows.filter((row) => sizeOf(row) > 0 || !setsOnly(textOf(row["CreatedBy"]) ?? ""));
  return possible.length === count ? possible : null;
}

function setsOnly(command: string): boolean {
  const instruction = /^(?:\/bin\/sh -c #\(nop\) +)?([A-Z]+)\b/.exec(command)?.[1] ?? "";
  return instruction !== "" && !["ADD", "COPY", "RUN", "WORKDIR"].includes(instruction);
}

function allOrNone(images: readonly (Image | null)[]): readonly Image[] | null {
  return images.every((image) => image !== null) ? images : null;
}

function sizeOf({ Size: size }: JsonObject): number {
  return typeof size === "number" && size > 0 ? size : 0;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

async function notHere(): Promise<never> {
  throw new Error("a layer that was only described has been opened");
}
