import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { BallastError } from "../../../src/base/errors.ts";
import { openRegistry } from "../../../src/transports/registry/open.ts";
import type { ConnectionOptions } from "../../../src/transports/transport.ts";
import { describeComponents } from "../../helpers/components/available.ts";
import { makeCertificates } from "../../helpers/components/servers/certificates.ts";
import type { Certificates } from "../../helpers/components/servers/certificates.ts";
import { run } from "../../helpers/components/run.ts";
import { startMisbehavingRegistry } from "../../helpers/registry/misbehaving-registry.ts";
import type { MisbehavingRegistryOptions } from "../../helpers/registry/misbehaving-registry.ts";
import { file } from "../../helpers/tar-fixture.ts";
import { makeTemporaryDirectory, removeDirectory } from "../../helpers/temp-dir.ts";

describeComponents(["openssl"], "certificates", () => {
  const directory = makeTemporaryDirectory();
  let made: Certificates;
  beforeAll(async () => {
    made = await makeCertificates(directory);
  });
  afterAll(() => removeDirectory(directory));

  async function open(tls: NonNullable<MisbehavingRegistryOptions["tls"]>, connection: ConnectionOptions): Promise<string> {
    const registry = await startMisbehavingRegistry({ layers: [[file("a", "1")]] }, { tls });
    onTestFinished(() => registry.stop());
    const set = await openRegistry(registry.reference, {
      platform: null,
      verify: true,
      connection: { authFile: "/nonexistent", ...connection },
    });
    await set.close();
    return set.images[0]!.configDigest;
  }

  /** Signs a key's request with the tests' authority, valid between two days. */
  async function sign(name: string, subject: string, from: string, to: string): Promise<{ cert: string; key: string }> {
    const at = (file_: string): string => join(directory, file_);
    await run("openssl", [
      "req",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-batch",
      "-keyout",
      at(`${name}.key`),
      "-out",
      at(`${name}.csr`),
      "-subj",
      subject,
    ]);
    const config = at(`${name}.cnf`);
    mkdirSync(at(`${name}.d`));
    writeFileSync(at(`${name}.d/index.txt`), "");
    writeFileSync(at(`${name}.d/serial`), "01");
    writeFileSync(
      config,
      `[ca]\ndefault_ca=d\n[d]\ndir=${at(`${name}.d`)}\nnew_certs_dir=$dir\ndatabase=$dir/index.txt\nserial=$dir/serial\n` +
        `certificate=${made.ca}\nprivate_key=${at("ca.key")}\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=IP:127.0.0.1\n`,
    );
    const dates = ["-startdate", from, "-enddate", to];
    await run("openssl", ["ca", "-batch", "-config", config, "-in", at(`${name}.csr`), "-out", at(`${name}.pem`), "-notext", ...dates]);
    return { cert: at(`${name}.pem`), key: at(`${name}.key`) };
  }

  it("of the client are shown when --cert-dir holds them, and asked for when it does not", async () => {
    const client = await sign("client", "/CN=client", "20200101000000Z", "20400101000000Z");
    const tls = { key: readFileSync(made.key), cert: readFileSync(made.certificate), ca: readFileSync(made.ca), requestCert: true };
    const certDirectory = join(directory, "certs");
    mkdirSync(certDirectory);
    copyFileSync(made.ca, join(certDirectory, "ca.crt"));
    const refused = await open(tls, { certDirectory }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BallastError);
    expect((refused as BallastError).exitStatus).toBe(3);
    expect((refused as BallastError).hint).toContain("--cert-dir");
    copyFileSync(client.cert, join(certDirectory, "client.cert"));
    await expect(open(tls, { certDirectory })).rejects.toThrow(/client\.cert has no client\.key beside it/);
    copyFileSync(client.key, join(certDirectory, "client.key"));
    expect(await open(tls, { certDirectory })).toMatch(/^sha256:/);
  });

  it("that have expired are said to have", async () => {
    const expired = await sign("expired", "/CN=127.0.0.1", "20200101000000Z", "20200102000000Z");
    const tls = { key: readFileSync(expired.key), cert: readFileSync(expired.cert) };
    await expect(open(tls, { caFile: made.ca })).rejects.toThrow(/its certificate has expired/);
    expect(await open(tls, { insecure: true })).toMatch(/^sha256:/);
  });

  it("for another host are said to be", async () => {
    const config = "subjectAltName=DNS:elsewhere.example\n";
    writeFileSync(join(directory, "other.ext"), config);
    const signing = [
      "-CA",
      made.ca,
      "-CAkey",
      join(directory, "ca.key"),
      "-CAcreateserial",
      "-extfile",
      join(directory, "other.ext"),
      "-days",
      "2",
    ];
    await run("openssl", ["x509", "-req", "-in", join(directory, "server.csr"), "-out", join(directory, "other.pem"), ...signing]);
    const tls = { key: readFileSync(made.key), cert: readFileSync(join(directory, "other.pem")) };
    await expect(open(tls, { caFile: made.ca })).rejects.toThrow(/its certificate is for another host name/);
  });
});
