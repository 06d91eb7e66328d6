/** A layer comes in pieces that end anywhere: what a file is, and what it holds, does not depend on where one ended in it. */
import { generateKeyPairSync } from "node:crypto";

import { expect, it } from "vitest";

import { compileRules } from "../../../../analyzers/secrets/match/compile-rules.ts";
import { createContentScanner } from "../../../../analyzers/secrets/content-scanner.ts";
import { fillTemplate } from "../fill-template.ts";

const scanner = createContentScanner(compileRules());

function rulesFound(path: string, pieces: readonly Buffer[]): string[] {
  scanner.begin(
    0,
    path,
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
  for (const piece of pieces) scanner.write(piece);
  return scanner.end().map(({ rule, line }) => `${rule}:${line}`);
}

const password = fillTemplate("db_password = {alnum:16}");
const files: [what: string, path: string, bytes: Buffer][] = [
  [
    "a private key in DER",
    "srv/key.bin",
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "der" }),
  ],
  [
    "a KeePass database larger than a piece",
    "srv/all.kdbx",
    Buffer.concat([Buffer.from("03d9a29a67fb4bb5", "hex"), Buffer.alloc(400_000, 7)]),
  ],
  ["settings whose name tells nothing", "srv/app.abc", Buffer.from(`[database]\n${password}\n`)],
  ["settings in UTF-16", "srv/app.ini", Buffer.from(`[database]\r\n${password}\r\n`, "utf16le")],
  ["a script without an ending", "srv/start-it", Buffer.from(`#!/bin/sh\nexport ${password.replaceAll(" ", "")}\n`)],
  [
    "strings in compiled Python",
    "srv/a.pyc",
    Buffer.concat([Buffer.from("420d0d0a0000", "hex"), Buffer.from(fillTemplate("\xda\x28ghp_{crc32}NN"), "latin1")]),
  ],
];

it.each(files)("%s is found wherever a piece of its layer ends", (_, path, bytes) => {
  const whole = rulesFound(path, [bytes]);
  expect(whole).not.toEqual([]);
  for (let cut = 1; cut < Math.min(bytes.length, 90); cut += 1)
    expect([cut, ...rulesFound(path, [bytes.subarray(0, cut), bytes.subarray(cut)])]).toEqual([cut, ...whole]);
});
