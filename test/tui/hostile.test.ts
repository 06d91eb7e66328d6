import { expect, it } from "vitest";

import { explore } from "../helpers/screen/explore.ts";
import type { TestTerminal } from "../helpers/screen/terminal.ts";
import { directory, file, symlink } from "../helpers/tar-fixture.ts";

const title = "\x1b]0;pwned\x07";
const names = [
  `a${title}b`,
  "c\x1b[2J\x1b[Hd",
  "e\x1b[31mred",
  "f\x9b5mg",
  "h\ni\rj\tk",
  "right-to-left-\u202etxt.exe",
  "zero\u200bwidth",
  "日本語のとても長い名前のファイル.txt",
  "emoji-👀-🫠-❤️-👨‍👩‍👧‍👦-🇩🇪.png",
  "combining-e\u0301-a\u0308\u0323",
  `zalgo-${"a\u0300".padEnd(300, "\u0301")}`,
  "{red-fg}tag{/}",
  "ملف-عربي",
];

/** Every row that a vertical border crosses has it in the right columns. */
function brokenRows(terminal: TestTerminal): string[] {
  const width = terminal.emulator.cols;
  const line = (y: number) => terminal.emulator.buffer.active.getLine(y)!;
  const cell = (y: number, x: number) => line(y).getCell(x)!.getChars();
  return terminal
    .rows()
    .filter((_, y) => y > 0 && y < terminal.emulator.rows - 1 && (!/[│┌└]/.test(cell(y, 0)) || !/[│┐┘┃]/.test(cell(y, width - 1))));
}

it("a hostile image leaves the screen intact: names, contents, commands and variables with escape sequences", async () => {
  const { terminal } = await explore({
    tags: [],
    config: { Env: [`EVIL=${title}x`], Labels: { [`l${title}`]: "\x1b[8mhidden" }, Cmd: ["sh", `\x1b[2J`] },
    layers: [
      {
        content: [
          directory("n"),
          ...names.map((name) => file(`n/${name}`, "x")),
          file(Buffer.concat([Buffer.from("n/bad-"), Buffer.from([0xff, 0xfe])]), "x"),
          symlink("n/link", `\x1b[31m${title}`),
          file("poison.txt", `first\x1b[2J${title}\r\nsecond \x9b31m \u202e end\n`),
        ],
        createdBy: `RUN echo ${title}\x1b[2J evil`,
      },
      { content: [file("poison.txt", `first\x1b[1;1H${title}\nthird\n`)], createdBy: "RUN true" },
    ],
  });
  terminal.press("\t", "z");
  await terminal.untilText("日本語");
  expect(brokenRows(terminal)).toEqual([]);
  expect(terminal.text()).toContain("bad-\\xff\\xfe");
  expect(terminal.text()).toContain("\\x1b");
  for (let i = 0; i < names.length; i += 1) terminal.press("j");
  terminal.press("k", "w", "b", "w");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(brokenRows(terminal)).toEqual([]);
  terminal.press("\x06", "poison");
  await terminal.until("only the poison is left", (screen) => screen.text().includes("poison (1)") && !screen.text().includes("日本語"));
  terminal.press("\r", "G", "\r");
  await terminal.untilText("second");
  expect(brokenRows(terminal)).toEqual([]);
  terminal.press("\x1b");
  await terminal.untilText("Current Layer");
  terminal.press("\t", "j", "\t", "D");
  await terminal.untilText("third");
  expect(brokenRows(terminal)).toEqual([]);
  terminal.press("6");
  await terminal.untilText("EVIL=");
  expect(brokenRows(terminal)).toEqual([]);
  expect(terminal.output).not.toContain("pwned\x07");
  expect(terminal.output).not.toContain("\x1b[2J\x1b[H");
  expect(terminal.output).not.toContain("\x9b");
  expect(terminal.output).not.toContain("\u202e");
  terminal.press("q");
  expect((await terminal.exited).exitCode).toBe(0);
});

it("a name with a line end was copied as it is: the shell that it is pasted into would have run it", async () => {
  const { terminal } = await explore({ layers: [[file("a\x1b[201~\ntouch pwned\n", "x")]] });
  terminal.press("\t", "y");
  await terminal.untilText("handed to the terminal's clipboard");
  const [copied] = terminal.output.split("\x1b]52;c;")[1]!.split("\x07");
  expect(Buffer.from(copied!, "base64").toString()).toBe("/a\\x1b[201~\\ntouch pwned\\n");
});
