import { isCi } from "../../config/ci.ts";
import type { CommandIo } from "../command.ts";

/** A UI needs a terminal on both sides that can do more than print lines, and nobody's pipeline. */
export function canShow(io: CommandIo): boolean {
  return io.stdout.isTTY && io.stdin.isTTY && io.env["TERM"] !== "dumb" && !isCi(io.env);
}
