/** A bare word that is not a path: the engine is asked, then the registry. */
import { BallastError } from "../base/errors.ts";
import { parseReferenceOrNull, referenceProblem, withoutPassword } from "../image/reference.ts";
import type { Warning } from "../image/warning.ts";
import { NoEngineAnswers } from "./daemon/connection/no-engine.ts";
import { disk } from "./disk.ts";
import { nameHint, unknownNameHint } from "./name-hint.ts";
import { pathMeant } from "./name.ts";
import type { ImageSet, OpenOptions } from "./transport.ts";

type Opener = (name: string, options: OpenOptions) => Promise<ImageSet>;

/**
 * What the engine has comes first: it is what `docker run` would run.
 * @throws {BallastError} image-not-found when the name is not well formed; what the registry says when neither has it
 */
export async function openAnywhere(
  name: string,
  options: OpenOptions,
  { engine, registry }: { readonly engine: Opener; readonly registry: Opener },
): Promise<ImageSet> {
  if (parseReferenceOrNull(name) === null && !/^[0-9a-f]{6,64}$/.test(name)) {
    throw new BallastError(
      "image-not-found",
      `there is no file ${withoutPassword(name)}, and as a name of an image it is not well formed: ${referenceProblem(name)}`,
      { hint: nameHint(name) ?? undefined },
    );
  }
  let local: BallastError;
  try {
    return await engine(name, options);
  } catch (error) {
    if (!(error instanceof BallastError) || !(error instanceof NoEngineAnswers || passedOver.has(error.code))) throw error;
    local = error;
  }
  try {
    return withWarnings(await registry(name, options), passedOverWarning(local));
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
    const here = pathMeant(name, disk);
    throw new BallastError(error.code, `${name} is not a file here, and was asked for elsewhere: ${local.message}; ${error.message}`, {
      hint: unknownNameHint(name) ?? (here === null ? error.hint : `${error.hint}; if you mean what lies here: ${here}`),
      cause: error,
    });
  }
}

/** Errors of the engine after which the registry is tried. A context that does not exist is not among them: it was chosen. */
const passedOver: ReadonlySet<string> = new Set(["image-not-found", "daemon-unavailable", "daemon-denied"]);

/** Says that the engine was passed over, since it may have the image, perhaps another one than the registry's. */
function passedOverWarning({ code, message }: BallastError): readonly Warning[] {
  if (code === "image-not-found" || code === "daemon-unavailable") return [];
  return [{ code: "engine-passed-over", message: `${message}; this is the registry's image, and the engine's may be another` }];
}

function withWarnings(set: ImageSet, warnings: readonly Warning[]): ImageSet {
  return { ...set, images: set.images.map((image) => ({ ...image, warnings: [...image.warnings, ...warnings] })) };
}
