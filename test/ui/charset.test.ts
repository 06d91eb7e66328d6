import { expect, it } from "vitest";

import { imageOf, showApp } from "../helpers/screen/shown-app.ts";
import { treeOf } from "../helpers/trees/tree-fixture.ts";
import { charsetOf } from "../../ui/terminal/charset.ts";

/** Names are bytes. */
const bytes = (text: string): string => Buffer.from(text).toString("latin1");

it.each([
  [{}, false],
  [{ LANG: "en_US.UTF-8" }, false],
  [{ LANG: "de_DE.utf8@euro" }, false],
  [{ LANG: "en_US" }, false],
  [{ LANG: "C.UTF-8" }, false],
  [{ LANG: "C" }, true],
  [{ LANG: "en_US.UTF-8", LC_ALL: "POSIX" }, true],
  [{ LANG: "C", LC_ALL: "", LC_CTYPE: "en_US.UTF-8" }, false],
  [{ LC_CTYPE: "de_DE.ISO-8859-1" }, true],
])("the locale %o asks for ASCII: %s", (env, isAscii) => {
  expect(charsetOf(env)).toBe(isAscii ? "ascii" : "unicode");
});

/** What the font of the Linux console has besides ASCII, of what is drawn with. */
const consoleFont = /^[\n\x20-\x7e│┌┐└┘├┤┬┴┼─║█▌▄░▒▓►▶▼→←↑↓≥×·•√»]*$/;

it("on the Linux console nothing is drawn with that its font has no sign for: small boxes stood for arrows and bars", async () => {
  const { session, terminal, settle } = await showApp(120, 40, { env: { TERM: "linux" } });
  session.listener!.onImage(imageOf(30));
  session.listener!.onTree(treeOf([{ path: "etc/passwd", size: 3 }, "plain"], [{ path: "dir/b", size: 2 }, "etc/passwd"]), 2);
  await settle();
  for (const key of ["\t", "?", "\x1b", "0", "2", "5", "1", "\t"]) {
    terminal.press(key);
    await settle();
    expect(terminal.text()).toMatch(consoleFont);
  }
  expect(terminal.text()).toMatch(/►|▼/);
});

it("in a C locale nothing but ASCII is sent, whatever files are called, and columns stay columns", async () => {
  const { session, terminal, settle } = await showApp(120, 40, { env: { TERM: "vt100", LC_ALL: "C" } });
  session.listener!.onImage(imageOf(2));
  session.listener!.onTree(
    treeOf([{ path: bytes("漢字"), size: 3 }, bytes("café"), bytes("cafe\u0301-mark"), "plain"], [{ path: "dir/b", size: 2 }]),
    2,
  );
  await settle();
  for (const key of ["\t", "?", "\x1b", "0", "2", "5", "1"]) {
    terminal.press(key);
    await settle();
    // eslint-disable-next-line no-control-regex -- the bytes of a terminal
    expect(terminal.text()).toMatch(/^[\x0a\x20-\x7e]*$/);
  }
  // eslint-disable-next-line no-control-regex -- the bytes of a terminal
  expect(terminal.output).toMatch(/^[\x00-\x7f]*$/);
  expect(terminal.text()).toMatch(/\+-- \?\?\?\?/);
  expect(terminal.text()).toMatch(/\+-- caf\? /);
  expect(terminal.text()).toMatch(/\+-- cafe-mark/);
});
