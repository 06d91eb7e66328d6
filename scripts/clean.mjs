/** Removes what builds have left, so that a package holds nothing whose source is gone. */
import { rmSync } from "node:fs";
import { join } from "node:path";

rmSync(join(import.meta.dirname, "../dist"), { recursive: true, force: true });
