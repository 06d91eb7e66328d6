/**
 * Docker's command-line plugins: `docker-ballast` in `cli-plugins`, a link to this program, is asked for its metadata and then called as
 * `docker-ballast ballast ARGUMENTS…` (docker/cli, cli-plugins/metadata).
 */
import { basename } from "node:path";

import { toolVersion } from "../base/version.ts";

/** What docker shows about the plugin in its help. */
export function pluginMetadata(): string {
  return JSON.stringify({
    SchemaVersion: "0.1.0",
    Vendor: "Ballast",
    Version: toolVersion,
    ShortDescription: "Look into images: dead weight, secrets, and a smaller image proved equal",
  });
}

/** The words that a person typed, however the program was called. @param program the path it was called by */
export function typedArguments(program: string, argv: readonly string[]): readonly string[] {
  return isPlugin(program) && argv[0] === "ballast" ? argv.slice(1) : argv;
}

/** True for the question that docker asks every plugin. */
export function asksForMetadata(program: string, argv: readonly string[]): boolean {
  return isPlugin(program) && argv.length === 1 && argv[0] === "docker-cli-plugin-metadata";
}

function isPlugin(program: string): boolean {
  return /^docker-ballast(?:\.\w+)?$/.test(basename(program));
}
