import { BallastError } from "../../base/errors.ts";
import { shorten } from "../../base/text/shorten.ts";

/** What is wrong with an entry, thrown where the entry itself is not known; `tarError` adds its name. */
export class TarProblem extends Error {
  readonly code: "layer-invalid" | "limit-exceeded";

  constructor(message: string, code: TarProblem["code"] = "layer-invalid") {
    super(message);
    this.code = code;
  }
}

/** The error a person sees: which entry, where in the archive, what is wrong. `path` is a byte string, "" while it is unknown; `offset` in bytes. */
export function tarError(path: string, offset: number, what: string, code: TarProblem["code"] = "layer-invalid"): BallastError {
  const where = `at byte ${offset} of the tar archive`;
  return new BallastError(code, path === "" ? `tar header ${where}: ${what}` : `tar entry ${printable(path)} (${where}): ${what}`);
}

function printable(path: string): string {
  return shorten(Buffer.from(path, "latin1").toString("utf8"), 201);
}
