import { expect, it } from "vitest";

import { BallastError } from "../../../src/base/errors.ts";
import { decode, encode, integer, messages, text } from "../../../src/transports/containerd/protobuf.ts";

it("reads what it writes, and leaves out what is empty", () => {
  const large = 2 ** 40 + 300;
  const message = decode(encode({ 1: "sha256:é", 2: large, 3: "", 4: 0 }));
  expect([text(message, 1), integer(message, 2), message.has(3), message.has(4)]).toEqual(["sha256:é", large, false, false]);
});

it("writes the bytes that the format asks for", () => {
  // From https://protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2.
  expect(encode({ 1: 150 }).toString("hex")).toBe("089601");
  expect(encode({ 2: "testing" }).toString("hex")).toBe("120774657374696e67");
});

it("finds messages in messages, passes over what it does not know, and refuses what is cut short", () => {
  // Field 3 holds two messages of field 1; 15 is a fixed 64-bit number, 14 one of 32 bits.
  const bytes = Buffer.from("1a030a01611a030a01627901020304050607087501020304", "hex");
  expect(messages(decode(bytes), 3).map((message) => text(message, 1))).toEqual(["a", "b"]);
  expect(() => decode(bytes.subarray(0, 3))).toThrow(BallastError);
  expect(() => decode(Buffer.from("0a80", "hex"))).toThrow(BallastError);
});
