/**
 * Fills the templates that rules give as examples. The characters are pseudo-random from a fixed seed, so that nothing that looks like a
 * live secret stands in the repository, and every run tests the same strings.
 */
import { crc32Base62 } from "../../../analyzers/secrets/match/values/checks.ts";

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const alphabets: Record<string, string> = {
  hex: `${digits}abcdef`,
  HEX: `${digits}ABCDEF`,
  digit: digits,
  lower: lower + digits,
  upper: lower.toUpperCase() + digits,
  letters: lower + lower.toUpperCase(),
  alnum: digits + lower + lower.toUpperCase(),
  base32: `${lower.toUpperCase()}234567`,
  base64: `${digits}${lower}${lower.toUpperCase()}+/`,
  bech32: "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
};

let seed = 0x2545f491;
function random(below: number): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
}

function characters(alphabet: string, count: number): string {
  const set = alphabets[alphabet];
  if (set === undefined) throw new Error(`no alphabet {${alphabet}}`);
  return Array.from({ length: count }, () => set[random(set.length)]).join("");
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** `{hex:32}`, `{uuid}`, `{crc32}` (30 characters and their checksum), `{jwt}`, `{basic}`; everything else stays. */
export function fillTemplate(template: string): string {
  return template
    .replace(/\{(\w+):(\d+)\}/g, (_, alphabet: string, count: string) => characters(alphabet, Number(count)))
    .replaceAll("{uuid}", () => [8, 4, 4, 4, 12].map((n) => characters("hex", n)).join("-"))
    .replaceAll("{crc32}", () => {
      const body = characters("alnum", 30);
      return body + crc32Base62(body);
    })
    .replaceAll("{jwt64}", () => Buffer.from(fillTemplate("{jwt}")).toString("base64"))
    .replaceAll(
      "{jwt}",
      () =>
        `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url({ sub: characters("alnum", 12), iat: 1700000001 })}.${characters("alnum", 43)}`,
    )
    .replaceAll("{basic}", () => Buffer.from(`deploy:${characters("alnum", 16)}`).toString("base64"));
}
