/** Recognises binary files that are a private key, a key store or a password database, by their content. */
import type { RuleMatch } from "../match-rule.ts";
import { structuralRules } from "./found.ts";

const [shortest, longest] = [40, 20_000];
/** Key types of PKCS#8: RSA, elliptic curves, Ed25519, X25519, DSA. */
const keyTypes = ["2a864886f70d010101", "2a8648ce3d0201", "2b6570", "2b656e", "2a8648ce380401"].map((hex) => Buffer.from(hex, "hex"));

/** The file as one match if it is a PKCS#1 (RFC 8017), PKCS#8 (RFC 5958) or SEC 1 (RFC 5915) key, else null. */
export function derPrivateKey(bytes: Buffer): RuleMatch | null {
  if (bytes.length < shortest || bytes.length > longest || bytes[0] !== 0x30) return null;
  const body = contentOf(bytes);
  if (body === null) return null;
  const version = body.readUIntBE(0, 3);
  const isRsa = version === 0x020100 && body[3] === 0x02 && body.length > 100;
  const isPkcs8 =
    (version === 0x020100 || version === 0x020101) && body[3] === 0x30 && keyTypes.some((type) => body.subarray(0, 32).includes(type));
  const isCurve = version === 0x020101 && body[3] === 0x04 && [0x20, 0x30, 0x42].includes(body[4]!);
  if (!isRsa && !isPkcs8 && !isCurve) return null;
  const { severity } = structuralRules.derPrivateKey;
  return { rule: structuralRules.derPrivateKey, severity, confidence: "high", start: 0, secret: bytes.toString("latin1"), key: null };
}

/** The longest key store that is recognised, in bytes; of larger files this much is enough to recognise them. */
export const longestStore = 256 * 1024;
/** pkcs8ShroudedKeyBag (RFC 7292, 4.2.2): a private key. Stores of trusted certificates have none. */
const shroudedKey = Buffer.from("2a864886f70d010c0a0102", "hex");
/** KeePass 1 and 2. */
const keePass = ["03d9a29a65fb4bb5", "03d9a29a66fb4bb5", "03d9a29a67fb4bb5"].map((hex) => Buffer.from(hex, "hex"));
/** Public-key algorithms of OpenPGP (RFC 9580, 9.1). */
const pgpAlgorithms = new Set([1, 2, 3, 16, 17, 18, 19, 22, 25, 27]);

/**
 * A file that keeps secrets in a format of its own: PKCS#12 and Java key stores with a private key, GnuPG, KeePass.
 * @param bytes the beginning of a file of `size` bytes, at least as long as the longest store
 */
export function secretStore(bytes: Buffer, size: number): RuleMatch | null {
  if (bytes.length < shortest) return null;
  const first = bytes[0]!;
  if (first === 0x30) return size <= longestStore && bytes.subarray(0, 4096).includes(shroudedKey) ? store("keyStore", bytes) : null;
  // Java: magic, version, number of entries, and the first entry's type: 1 is a private key, 2 a certificate, 3 a secret key.
  if (first === 0xfe || first === 0xce) {
    const magic = bytes.readUInt32BE(0);
    const isStore = (magic === 0xfeedfeed || magic === 0xcececece) && bytes.readUInt32BE(4) <= 2 && bytes.readUInt32BE(8) > 0;
    return isStore && (bytes.readUInt32BE(12) === 1 || bytes.readUInt32BE(12) === 3) ? store("keyStore", bytes) : null;
  }
  if (first === 0x47 && bytes.toString("latin1", 0, 16) === "GnomeKeyring\n\r\0\n") return store("passwordDatabase", bytes);
  if (first === 0x03) return keePass.some((magic) => bytes.subarray(0, 8).equals(magic)) ? store("passwordDatabase", bytes) : null;
  // OpenPGP: a secret key packet with a two-octet length, version 4, a time between 1995 and 2040, and a known algorithm.
  const isPgp = first === 0x95 && bytes[3] === 4 && bytes[4]! >= 0x30 && bytes[4]! <= 0x83 && pgpAlgorithms.has(bytes[8]!);
  if (isPgp && bytes.readUInt16BE(1) + 3 <= size) return store("keyStore", bytes);
  const isGpg = first === 0x28 && /^\((?:11:private-key|21:protected-private-key)\(/.test(bytes.toString("latin1", 0, 32));
  return isGpg ? store("keyStore", bytes) : null;
}

function store(kind: "keyStore" | "passwordDatabase", bytes: Buffer): RuleMatch {
  const rule = structuralRules[kind];
  return { rule, severity: rule.severity, confidence: "high", start: 0, secret: bytes.toString("latin1", 0, longestStore), key: null };
}

/** The content of the outer SEQUENCE, if its length matches that of the file. */
function contentOf(bytes: Buffer): Buffer | null {
  const first = bytes[1]!;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 3) return null;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const body = bytes.subarray(2 + lengthBytes);
  return body.length === length && length > 8 ? body : null;
}
