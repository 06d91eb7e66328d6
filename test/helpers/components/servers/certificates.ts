/** A certificate authority of the tests' own and a server certificate for loopback, made by openssl. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../run.ts";

export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Holds the authority as `ca.crt` and nothing else, like a directory below `/etc/docker/certs.d`. */
  readonly trustDirectory: string;
}

/** Paths of PEM files in `directory`. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  const at = (name: string): string => join(directory, name);
  const newKey = ["-newkey", "rsa:2048", "-nodes", "-batch"];
  await run("openssl", [
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
    "-subj",
    "/CN=Ballast test CA",
    "-days",
    "2",
  ]);
  await run("openssl", ["req", ...newKey, "-keyout", at("server.key"), "-out", at("server.csr"), "-subj", "/CN=localhost"]);
  writeFileSync(at("server.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  const signed = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("server.ext"), "-days", "2"];
  await run("openssl", ["x509", "-req", "-in", at("server.csr"), "-out", at("server.pem"), ...signed]);
  mkdirSync(at("trust"));
  copyFileSync(at("ca.pem"), at("trust/ca.crt"));
  return { ca: at("ca.pem"), certificate: at("server.pem"), key: at("server.key"), trustDirectory: at("trust") };
}
