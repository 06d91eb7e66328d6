import { isCi } from "../../config/ci.ts";
import type { CommandIo } from "../command.ts";

/** Whether the terminal UI can be shown: input and output are a terminal that can do more than print lines, and this is no pipeline. */
export function canShow(io: CommandIo): boolean {
  return io.stdout.isTTY && io.stdin.isTTY && io.env["TERM"] !== "dumb" && !isCi(io.env);
}
