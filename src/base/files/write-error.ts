import { BallastError, systemErrorCode } from "../errors.ts";

const reasons: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ["no space is left on the device", "free some space, or write to another device"],
  EDQUOT: ["the disk quota is used up", "free some space, or write to another device"],
  EACCES: ["permission denied", "choose a place that you may write to"],
  EPERM: ["permission denied", "choose a place that you may write to"],
  EROFS: ["the file system is read-only", "choose a place that you may write to"],
  ENOENT: ["its directory does not exist", "create the directory first"],
  ENOTDIR: ["a part of its path is not a directory", "check the path"],
  EISDIR: ["it is a directory", "name a file, or an OCI layout directory as oci:DIR"],
  EPIPE: ["the reader closed the pipe", "check the program that reads the output"],
  EFBIG: ["the file system does not take files that large", "write to another device, or to an OCI layout directory as oci:DIR"],
};

/** Turns an error while writing `destination` into a sentence; errors of the source pass through unchanged. */
export function writeError(destination: string, error: unknown): unknown {
  if (error instanceof BallastError) return error;
  const code = systemErrorCode(error);
  const reason = code === undefined ? undefined : reasons[code];
  if (reason !== undefined)
    return new BallastError("write-failed", `${destination} cannot be written: ${reason[0]}`, { hint: reason[1], cause: error });
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  return new BallastError("write-failed", `${destination} cannot be written: ${code}`, { cause: error });
}
