import { BallastError } from "../../base/errors.ts";

const explanations: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: "is cut off",
  ZSTD_error_prefix_unknown: "holds bytes that are not a zstd frame",
  ZSTD_error_checksum_wrong: "is damaged (a checksum does not match)",
};

const dictionaryHint = "compress it without a dictionary: nobody could read such an image";
/** Engines decode with a library whose limit is 512 MiB; zstd's own program takes the limit as an option. */
const windowHint =
  "unpack an archive with `zstd -d --long=31`, an image with such a layer with `skopeo copy --dest-decompress IMAGE dir:DIRECTORY`; " +
  "zstd makes windows that large with --long or --ultra";

/**
 * The error for a zstd error's name (as in zstd_errors.h), or node:zlib's code for input that ends early.
 * @param window largest window of a frame so far, in bytes
 */
export function zstdError(name: string, { cause, window = 0 }: { readonly cause?: Error; readonly window?: number } = {}): BallastError {
  if (name === "ZSTD_error_frameParameter_windowTooLarge") {
    const needed = `the zstd stream needs a window of ${Math.ceil(window / 2 ** 20)} MiB, and is read with up to 128 MiB, as zstd itself does`;
    return new BallastError("unsupported-image", needed, { hint: windowHint, cause });
  }
  if (name === "ZSTD_error_dictionary_wrong") {
    const message = "the zstd stream was compressed with a dictionary, which no engine has either";
    return new BallastError("unsupported-image", message, { hint: dictionaryHint, cause });
  }
  return new BallastError("blob-corrupt", `the zstd stream ${explanations[name] ?? `is damaged (${name})`}`, { cause });
}
