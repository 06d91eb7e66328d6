import { BallastError } from "../../base/errors.ts";

const explanations: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: "is cut off",
  ZSTD_error_prefix_unknown: "holds bytes that are not a zstd frame",
  ZSTD_error_frameParameter_windowTooLarge: "needs a window of more than 128 MiB, which engines do not allow either",
  ZSTD_error_dictionary_wrong: "was compressed with a dictionary, which no engine has either",
  ZSTD_error_checksum_wrong: "is damaged (a checksum does not match)",
};

/** The error for a zstd error's name (as in zstd_errors.h), or node:zlib's code for input that ends early. */
export function zstdError(name: string, cause?: Error): BallastError {
  return new BallastError("blob-corrupt", `the zstd stream ${explanations[name] ?? `is damaged (${name})`}`, { cause });
}
