/** Whether a file is still the one that a blob was found in. */
import { BallastError } from "../base/errors.ts";
import type { FileRegion } from "./image.ts";

/**
 * Times are no sign: some file systems set them late.
 * @param bytes of the file now
 * @param name of the blob, for the message
 * @throws {BallastError} blob-corrupt
 */
export function refuseOtherFile({ path, offset, size, fileBytes }: FileRegion, bytes: number, name: string): void {
  const isShorter = bytes < (fileBytes ?? offset + size);
  if (!isShorter && bytes === (fileBytes ?? bytes)) return;
  throw new BallastError("blob-corrupt", `${name}: ${path} is ${isShorter ? "shorter" : "longer"} than it was when it was opened`, {
    hint: "it was written anew since; open the image again, or save it once more",
  });
}
