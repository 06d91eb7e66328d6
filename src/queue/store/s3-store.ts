/** Results as objects of S3, or of anything that speaks its protocol. Credentials and region come from where the AWS SDK finds them. */
import type { S3Client } from "@aws-sdk/client-s3";
import type * as S3 from "@aws-sdk/client-s3";

import { BallastError } from "../../base/errors.ts";
import { missingPackages } from "../connect.ts";
import type { ResultStore } from "./store.ts";
import { defined } from "../../base/defined.ts";

/**
 * @param text `s3://BUCKET/PREFIX?endpoint=https://…&region=…`; without an endpoint, AWS or what AWS_ENDPOINT_URL_S3 names
 * @throws {BallastError} bad-argument, tool-missing
 */
export async function openS3Store(text: string): Promise<ResultStore> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const unknown = url === null ? [] : [...url.searchParams.keys()].filter((key) => key !== "endpoint" && key !== "region");
  if (url === null || url.hostname === "" || url.username !== "" || unknown.length > 0) {
    throw new BallastError("bad-argument", "--store names no bucket", {
      hint: "write s3://BUCKET/PREFIX, or s3://BUCKET/PREFIX?endpoint=https://HOST for another server than AWS; keys come from the environment",
    });
  }
  const sdk = await import("@aws-sdk/client-s3").catch((error: unknown) => {
    throw missingPackages(error, "--store s3://", "@aws-sdk/client-s3");
  });
  const endpoint = url.searchParams.get("endpoint");
  const region = url.searchParams.get("region");
  const client = new sdk.S3Client({
    ...defined({ endpoint, region }),
    // Servers other than AWS seldom have a host name for each bucket.
    forcePathStyle: endpoint !== null || process.env["AWS_ENDPOINT_URL_S3"] !== undefined || process.env["AWS_ENDPOINT_URL"] !== undefined,
    // They seldom support checksums beyond what the protocol requires.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return new S3Store(sdk, client, url.hostname, url.pathname.replace(/^\/+|\/+$/g, ""));
}

class S3Store implements ResultStore {
  readonly address: string;
  readonly #sdk: typeof S3;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(sdk: typeof S3, client: S3Client, bucket: string, prefix: string) {
    this.address = `s3://${bucket}/${prefix}`;
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
  }

  async has(name: string): Promise<boolean> {
    try {
      await this.#client.send(new this.#sdk.HeadObjectCommand(this.#place(name)));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw this.#failure("read-failed", error);
    }
  }

  async get(name: string): Promise<Buffer | null> {
    try {
      const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(this.#place(name)));
      return Body === undefined ? null : Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (isMissing(error)) return null;
      throw this.#failure("read-failed", error);
    }
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    try {
      await this.#client.send(new this.#sdk.PutObjectCommand({ ...this.#place(name), Body: bytes, ContentLength: bytes.length }));
    } catch (error) {
      throw this.#failure("write-failed", error);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#client.send(new this.#sdk.DeleteObjectCommand(this.#place(name)));
    } catch (error) {
      throw this.#failure("write-failed", error);
    }
  }

  #place(name: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${name}` };
  }

  #failure(code: "read-failed" | "write-failed", error: unknown): BallastError {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new BallastError(code, `${this.address} cannot be ${code === "read-failed" ? "read" : "written"} (${what})`, {
      hint: "check the bucket, AWS_REGION, and the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the profile",
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error.name === "NoSuchKey" || error.name === "NotFound");
}
