import { readFileSync } from "node:fs";

export const toolName = "ballast";

/** Built code is one folder deeper than its source. */
const packageFile = new URL(import.meta.url.endsWith(".ts") ? "../../package.json" : "../../../package.json", import.meta.url);

/** The version of the package that this file belongs to. */
export const toolVersion = (JSON.parse(readFileSync(packageFile, "utf8")) as { version: string }).version;
