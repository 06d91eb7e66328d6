/** What the tests of the transports share: opening with plain options, and looking at the layers that come out. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { digestOf } from "../../src/image/digest.ts";
import type { Image, Layer } from "../../src/image/image.ts";
import { parsePlatform } from "../../src/image/platform.ts";
import type { OpenOptions } from "../../src/transports/transport.ts";
import type { Files } from "../helpers/image-fixture.ts";
import { temporaryDirectory } from "../helpers/temp-dir.ts";

export function options(overrides: Partial<Omit<OpenOptions, "platform">> & { platform?: string } = {}): OpenOptions {
  const { platform, ...rest } = overrides;
  return { verify: true, connection: {}, ...rest, platform: platform === undefined ? null : parsePlatform(platform) };
}

/** Writes a file into a directory of its own. */
export function fileWith(bytes: Uint8Array | string, name = "app.tar"): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, bytes);
  return path;
}

export async function bytesOf(layer: Layer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await layer.open()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** SHA-256 of each layer as stored. */
export async function storedDigests(image: Image): Promise<string[]> {
  const digests = [];
  for (const layer of image.layers) digests.push(digestOf(await bytesOf(layer)));
  return digests;
}

export async function failure(opened: Promise<unknown>): Promise<BallastError> {
  try {
    await opened;
  } catch (error) {
    if (error instanceof BallastError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

/** A failure that ends the program with status 3: the image cannot be read or written. */
export async function refusal(promise: Promise<unknown>): Promise<BallastError> {
  const error = await failure(promise);
  expect(error.exitStatus).toBe(3);
  return error;
}

/** The text of one of the files that an image is made of. */
export function textOf(files: Files, name: string): string {
  const content = files.get(name);
  if (!Buffer.isBuffer(content)) throw new Error(`${name} is not a file`);
  return content.toString();
}
