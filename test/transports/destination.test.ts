/** Where an image can be written: a name that lacks its transport is answered with the one that is meant. */
import { expect, it } from "vitest";

import { parseDestination } from "../../src/transports/destination.ts";

it.each([
  ["app:slim", "docker-daemon:app:slim"],
  ["docker:app:slim", "docker-daemon:app:slim"],
  ["registry.example/app:slim", "docker://registry.example/app:slim"],
  ["./slim", "oci:./slim"],
  ["out/", "oci:out/"],
  ["slim.tar.gz", "docker-archive:slim.tar:"],
  ["Slim Image", "docker-archive:FILE[:TAG]"],
])("%j is no place, and the hint names one", async (name, place) => {
  await expect(parseDestination(name)).rejects.toMatchObject({ code: "bad-argument", hint: expect.stringContaining(place) as string });
});
