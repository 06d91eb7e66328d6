import { describe, expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import type { ErrorCode } from "../../src/base/errors.ts";
import { openAnywhere } from "../../src/transports/anywhere.ts";
import { NoEngineAnswers } from "../../src/transports/daemon/connection/no-engine.ts";
import { openLocal } from "../../src/transports/local.ts";
import type { ImageSet } from "../../src/transports/transport.ts";
import { dockerArchive } from "../helpers/image-fixture.ts";
import { file } from "../helpers/tar-fixture.ts";
import { failure, fileWith, options } from "./opening.ts";

const archive = dockerArchive({ layers: [[file("a", "a")]], tags: ["app:1"] });

/** Opens `app:1` where the engine fails in this way and a registry has the image. */
function open(refusal: BallastError): Promise<ImageSet> {
  const path = fileWith(archive);
  const registry = (): Promise<ImageSet> =>
    openLocal({ kind: "local", transport: null, path, tag: null, digest: null, position: null }, "app:1", options());
  return openAnywhere("app:1", options(), { engine: () => Promise.reject(refusal), registry });
}

describe("a bare name", () => {
  it.each<[ErrorCode, string]>([
    ["connection-timeout", "Docker at /var/run/docker.sock sent nothing for 10 s"],
    ["daemon-denied", "me may not use the Docker socket"],
    ["protocol-error", "/var/run/docker.sock does not answer in HTTP"],
  ])("is asked of the registry when no engine answers (%s), and that is said", async (code, message) => {
    const set = await open(new NoEngineAnswers(code, message));
    expect(set.images[0]!.warnings).toEqual([
      { code: "engine-passed-over", message: `${message}; this is the registry's image, and the engine's may be another` },
    ]);
    await set.close();
  });

  it("is the registry's without a word when no engine runs, or when the engine does not have it", async () => {
    for (const error of [new NoEngineAnswers("daemon-unavailable", "not running"), new BallastError("image-not-found", "no such image")]) {
      const set = await open(error);
      expect(set.images[0]!.warnings).toEqual([]);
      await set.close();
    }
  });

  it("is not asked of the registry when the engine that was named does not answer, or breaks off", async () => {
    for (const code of ["connection-timeout", "protocol-error", "context-not-found"] as const) {
      expect((await failure(open(new BallastError(code, "what it says")))).message).toBe("what it says");
    }
  });
});
