import { expect, it } from "vitest";

import { BallastError } from "../../src/base/errors.ts";
import { missingPackages } from "../../src/queue/connect.ts";
import { redisRefusal } from "../../src/queue/redis-refusal.ts";

it("says which packages to install where they are missing, and passes on what else is wrong with them", () => {
  const missing = Object.assign(new Error("Cannot find package 'bullmq'"), { code: "ERR_MODULE_NOT_FOUND" });
  const told = missingPackages(missing, "--queue", "bullmq ioredis") as BallastError;
  expect([told.code, told.message, told.hint]).toEqual([
    "tool-missing",
    "--queue needs packages that do not come with Ballast: bullmq ioredis",
    "install them where Ballast is installed: npm install --global bullmq ioredis",
  ]);
  const other = new SyntaxError("Unexpected token");
  expect(missingPackages(other, "--queue", "bullmq")).toBe(other);
});

const reply = (message: string, more = {}): Error => Object.assign(new Error(message), { name: "ReplyError", ...more });

it.each([
  [reply("OOM command not allowed when used memory > 'maxmemory'."), "redis://q is full: it holds as much as its maxmemory allows"],
  [
    reply("EXECABORT Transaction discarded because of previous errors.", { previousErrors: [reply("OOM command not allowed")] }),
    "redis://q is full: it holds as much as its maxmemory allows",
  ],
  [reply("MISCONF Errors writing to the AOF file"), "redis://q refuses what a survey needs: MISCONF Errors writing to the AOF file"],
  [
    reply("NOPERM this user has no permissions to run the 'info' command"),
    "redis://q refuses what a survey needs: NOPERM this user has no permissions to run the 'info' command",
  ],
])("says what %s means", (error, message) => {
  const told = redisRefusal("redis://q", error) as BallastError;
  expect(told).toBeInstanceOf(BallastError);
  expect([told.code, told.message]).toEqual(["write-failed", message]);
});

it("passes on what is no refusal", () => {
  const error = new Error("OOM");
  expect(redisRefusal("redis://q", error)).toBe(error);
  const script = reply("ERR Error running script");
  expect(redisRefusal("redis://q", script)).toBe(script);
});
