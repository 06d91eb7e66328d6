/** Binary files that keep secrets, known by their content whatever they are called. */
import { describe, expect, it } from "vitest";

import { secretStore } from "../../../../analyzers/secrets/match/formats/key-files.ts";

const padded = (hex: string, length = 400): Buffer => Buffer.concat([Buffer.from(hex, "hex"), Buffer.alloc(length, 0x41)]);
/** RFC 7292: a SEQUENCE of version 3 and a ContentInfo of PKCS#7 data; then bags of the kind given. */
const pkcs12 = (bag: string): Buffer => padded(`308201a00201033082019906092a864886f70d010701a082018a3082018606${bag}`);
const header = (magic: string, kind: number): Buffer => padded(`${magic}0000000200000001${kind.toString(16).padStart(8, "0")}`);

describe("stores of secrets are known by their content", () => {
  const stores: [what: string, bytes: Buffer, rule: string | undefined][] = [
    ["PKCS#12 with a private key", pkcs12("0b2a864886f70d010c0a0102"), "key-store"],
    ["PKCS#12 with certificates alone", pkcs12("0b2a864886f70d010c0a0103"), undefined],
    ["a Java key store", header("feedfeed", 1), "key-store"],
    ["a JCEKS store with a secret key", header("cececece", 3), "key-store"],
    ["Java's trusted certificates", header("feedfeed", 2), undefined],
    ["a KeePass database", padded("03d9a29a67fb4bb5"), "password-database"],
    ["GnuPG's exported secret key", padded("95018604655a1b2c0100"), "key-store"],
    ["a public key of OpenPGP", padded("99018604655a1b2c0100"), undefined],
    ["an agent's protected key", Buffer.from(`(21:protected-private-key(3:rsa(1:n${"x".repeat(60)}`), "key-store"],
    ["a certificate", padded("308203a0308202880201"), undefined],
    ["a class file", padded("cafebabe00000034"), undefined],
    ["nothing", Buffer.alloc(0), undefined],
  ];
  it.each(stores)("%s", (_, bytes, rule) => {
    expect(secretStore(bytes, bytes.length)?.rule.id).toBe(rule);
  });
});
