/** How a survey reaches its sources: a password is for one registry. */
import { BallastError } from "../../base/errors.ts";
import { parseSource } from "../../transports/survey/places.ts";
import type { ConnectionOptions } from "../../transports/transport.ts";
import { connectionFrom } from "../flags/connection-flags.ts";
import type { ConnectionArguments } from "../flags/connection-flags.ts";

/** @throws {BallastError} bad-argument when a password is given and the sources lie in several registries */
export function surveyConnection(args: ConnectionArguments, sources: readonly string[]): ConnectionOptions {
  const connection = connectionFrom(args);
  if (connection.password === undefined) return connection;
  const registries = new Set(sources.map(registryOf).filter((registry) => registry !== null));
  const [first = null] = registries;
  if (registries.size > 1) {
    throw new BallastError(
      "bad-argument",
      `--password-stdin is one password, and the sources lie in ${registries.size} registries: ${[...registries].join(", ")}`,
      { hint: "log in to them with `docker login`, or give an auth file with --authfile" },
    );
  }
  return { ...connection, credentialsFor: first };
}

function registryOf(source: string): string | null {
  const name = parseSource(source);
  if (name.kind === "tag") return name.reference.registry;
  return name.kind === "catalog" || name.kind === "repository" ? name.registry : null;
}
