import { expect, it } from "vitest";

import { InputParser } from "../../ui/keys/input.ts";
import type { InputEvent } from "../../ui/keys/input.ts";
import { threadTime } from "../helpers/thread-time.ts";

/** What these chunks mean, one after the other, and after `wait` milliseconds of silence. */
async function typed(chunks: readonly string[], wait = 60): Promise<string[]> {
  const events: InputEvent[] = [];
  const parser = new InputParser((event) => events.push(event));
  for (const chunk of chunks) parser.write(Buffer.from(chunk));
  await new Promise((resolve) => setTimeout(resolve, wait));
  parser.close();
  return events.map((event) => (event.kind === "key" ? event.key : event.kind === "paste" ? `pasted ${event.text}` : event.kind));
}

it.each([
  ["device attributes", "\x1b[?62;4;22c"],
  ["secondary device attributes", "\x1b[>0;276;0c"],
  ["a mode report", "\x1b[?2026;2$y"],
  ["the kitty keyboard's flags", "\x1b[?0u"],
  ["a cursor position", "\x1b[24;80R"],
  ["the terminal's name", "\x1bP>|XTerm(388)\x1b\\"],
  ["its capabilities", "\x1bP1+r524742=38\x1b\\"],
  ["a graphics answer", "\x1b_Gi=31;OK\x1b\\"],
  ["the clipboard", "\x1b]52;c;aGVsbG8=\x07"],
  ["focus", "\x1b[I\x1b[O"],
])("what a terminal answers to whoever asked before types nothing: %s", async (_, answer) => {
  expect((await typed([`${answer}j`])).filter((key) => !key.endsWith("f3"))).toEqual(["j"]);
  const torn = [...answer, "j"];
  expect((await typed(torn)).filter((key) => !key.endsWith("f3"))).toEqual(["j"]);
});

it("keys that are sent by their code are the keys they are", async () => {
  expect(await typed(["\x1b[99;5u", "\x1b[27;5;99~"])).toEqual(["ctrl+c", "ctrl+c"]);
  expect(await typed(["\x1b[27u\x1b[106u\x1b[103;2u\x1b[9;2u\x1b[13u\x1b[32u\x1b[47;5u"])).toEqual([
    "escape",
    "j",
    "G",
    "shift+tab",
    "enter",
    "space",
    "ctrl+slash",
  ]);
});

it("a lone escape, alt and a letter, and a bracket after alt are still keys", async () => {
  expect(await typed(["\x1b"])).toEqual(["escape"]);
  expect(await typed(["\x1bx", "\x1b["])).toEqual(["alt+x", "alt+["]);
  expect(await typed(["\x1bP"])).toEqual(["alt+P"]);
});

it("pasted text arrives whole however it is torn, and takes no time that grows with what came before", async () => {
  expect(await typed(["\x1b[200~one\ntwo\x1b[2", "01~q"])).toEqual(["pasted one\ntwo", "q"]);
  const started = threadTime();
  const parser = new InputParser(() => undefined);
  const chunk = Buffer.from("x".repeat(4096));
  parser.write(Buffer.from("\x1b[200~"));
  for (let i = 0; i < 2500; i += 1) parser.write(chunk);
  parser.close();
  expect(threadTime() - started).toBeLessThan(2000);
});

it("text whose end mark was lost is taken after a moment: ctrl+c must never be swallowed for good", async () => {
  expect(await typed(["\x1b[200~half"], 1100)).toEqual(["pasted half"]);
});

it("ctrl+c that a slow line brings together with an escape leaves all the same", async () => {
  expect(await typed(["\x1b\x03"])).toEqual(["escape", "ctrl+c"]);
  expect(await typed(["\x1b\x1b[A\x03"])).toEqual(["escape", "up", "ctrl+c"]);
});
