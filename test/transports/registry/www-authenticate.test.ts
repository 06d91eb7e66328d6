import { describe, expect, it } from "vitest";

import { parseChallenges } from "../../../src/transports/registry/auth/www-authenticate.ts";

const plain = (fields: string | string[] | undefined): unknown =>
  parseChallenges(fields).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe("WWW-Authenticate", () => {
  it("reads a bearer challenge with commas inside the scope", () => {
    expect(plain('Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"')).toEqual([
      ["bearer", { realm: "https://auth.example/token", service: "registry.example", scope: "repository:a/b:pull,push" }],
    ]);
  });

  it("keeps several challenges in one field apart", () => {
    expect(plain('Basic realm="a, b", Bearer realm="r" , error=invalid_token')).toEqual([
      ["basic", { realm: "a, b" }],
      ["bearer", { realm: "r", error: "invalid_token" }],
    ]);
  });

  it("reads several fields, schemes without parameters and bare values", () => {
    expect(plain(["Negotiate", "NTLM abc==", 'BASIC realm="x"'])).toEqual([
      ["negotiate", {}],
      ["ntlm", {}],
      ["basic", { realm: "x" }],
    ]);
    expect(plain('Negotiate abc==, Basic realm="x"')).toEqual([
      ["negotiate", {}],
      ["basic", { realm: "x" }],
    ]);
  });

  it("takes addresses and scopes that nobody quoted, as old Quay writes them", () => {
    expect(plain("Bearer realm=https://quay.example/v2/auth,service=quay.example, scope=repository:a/b:pull")).toEqual([
      ["bearer", { realm: "https://quay.example/v2/auth", service: "quay.example", scope: "repository:a/b:pull" }],
    ]);
  });

  it("undoes escapes and allows blanks around the equals sign", () => {
    expect(plain(String.raw`Bearer realm = "a\"b\\c" , Service=s`)).toEqual([["bearer", { realm: 'a"b\\c', service: "s" }]]);
  });

  it.each([
    ["", []],
    ['Bearer realm="never closed', [["bearer", {}]]],
    ["=,=", []],
    ["Bearer =", [["bearer", {}]]],
  ])("survives %j", (field, expected) => {
    expect(plain(field)).toEqual(expected);
  });

  it("says nothing when the header is missing", () => {
    expect(parseChallenges(undefined)).toEqual([]);
  });
});
