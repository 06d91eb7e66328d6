/** Private keys in DER: binary files that are one key and nothing else. */
import type { RuleMatch } from "../match-rule.ts";
import { structuralRules } from "./found.ts";

const [shortest, longest] = [40, 20_000];
/** Key types of PKCS#8: RSA, elliptic curves, Ed25519, X25519, DSA. */
const keyTypes = ["2a864886f70d010101", "2a8648ce3d0201", "2b6570", "2b656e", "2a8648ce380401"].map((hex) => Buffer.from(hex, "hex"));

/** The file as one match; null for everything but a key of PKCS#1 (RFC 8017), PKCS#8 (RFC 5958) or SEC 1 (RFC 5915). */
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

/** What the outer SEQUENCE holds, where its length is that of the file. */
function contentOf(bytes: Buffer): Buffer | null {
  const first = bytes[1]!;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 3) return null;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const body = bytes.subarray(2 + lengthBytes);
  return body.length === length && length > 8 ? body : null;
}
