import { readFileSync } from "node:fs";

export const toolName = "ballast";

/** Of the package this file was installed with. */
export const toolVersion = (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string })
  .version;
