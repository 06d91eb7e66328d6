/** Opens the images that were asked for among the candidates of a source. */
import type { Image, TransportName } from "../../image/image.ts";
import { parseIndex } from "../../image/manifest.ts";
import type { Warning } from "../../image/warning.ts";
import { readDocument } from "./blob-source.ts";
import type { BlobSource } from "./blob-source.ts";
import type { Candidate } from "./candidate.ts";
import { chooseAll, chooseOne } from "./choose.ts";
import type { Selection } from "./choose.ts";
import { offeredImages } from "./offered.ts";
import type { ImageSet, OpenOptions } from "../transport.ts";

export interface SourceContent {
  readonly candidates: readonly Candidate[];
  readonly transport: TransportName;
  readonly warnings: readonly Warning[];
}

/**
 * Chooses images and loads them. The source is closed with the last image, or when this fails.
 * @param reference for messages; null stands for the image's tag.
 * @throws {BallastError}
 */
export async function loadImages(
  source: BlobSource,
  content: SourceContent,
  selection: Selection,
  reference: string | null,
  options: OpenOptions,
): Promise<ImageSet> {
  const images: Image[] = [];
  try {
    const isFile = reference !== null && fileTransports.has(content.transport);
    const place = { name: source.name, prefix: isFile ? `${content.transport}:${source.name}` : null };
    options.onOffered?.(offeredImages(content.candidates, selection, place));
    const choose = options.allPlatforms === true ? chooseAll : chooseOne;
    const { candidates, warnings } = choose(content.candidates, selection, place);
    const all = [...content.warnings, ...warnings, ...(options.verify ? [] : [notVerified(source)])];
    const indexBytes = await indexOf(candidates, source);
    const indexAnnotations = indexBytes === null ? {} : parseIndex(indexBytes, `the index of ${source.name}`).annotations;
    let open = candidates.length;
    const close = async (): Promise<void> => {
      open -= 1;
      if (open === 0) await source.close();
    };
    for (const candidate of candidates) {
      const { tags } = candidate;
      const image = await candidate.load({
        reference: reference ?? tags[0] ?? source.name,
        transport: content.transport,
        tags,
        warnings: all,
        close,
      });
      images.push({ ...image, indexAnnotations });
    }
    return {
      images,
      indexBytes,
      close: async () => {
        for (const image of images) await image.close();
      },
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The transports to whose names a tag or digest can be appended. */
const fileTransports: ReadonlySet<TransportName> = new Set(["docker-archive", "oci-archive", "oci", "dir"]);

async function indexOf(candidates: readonly Candidate[], source: BlobSource): Promise<Buffer | null> {
  const [first] = candidates;
  if (first !== undefined && first.indexBytes !== null && candidates.every(({ indexBytes }) => indexBytes === first.indexBytes)) {
    return first.indexBytes;
  }
  if (candidates.length < 2) return null;
  const index = await source.find("index.json");
  return index === null ? null : readDocument(index, `index.json of ${source.name}`);
}

function notVerified(source: BlobSource): Warning {
  return { code: "not-verified", message: `digests and sizes in ${source.name} were not verified (--no-verify)` };
}
