import { expect, it } from "vitest";

import { explore, exploreInPty, shopImage } from "../../helpers/screen/explore.ts";
import { file } from "../../helpers/tar-fixture.ts";

it("gives the terminal back after a crash, says that it is a bug, and exits with 70", async () => {
  const crash = "import{isMainThread}from'node:worker_threads';if(isMainThread)setTimeout(()=>{throw new Error('boom')},4000)";
  const { terminal } = await exploreInPty(shopImage, {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` },
  });
  expect(terminal.isAlternate).toBe(true);
  expect((await terminal.exited).exitCode).toBe(70);
  await terminal.until("the normal screen", (screen) => !screen.isAlternate);
  await terminal.until("the reason", ({ output }) => output.slice(output.lastIndexOf("\x1b[?1049l")).includes("boom"));
  expect(terminal.output).toContain("this is a bug in Ballast");
});

it("copies the path under the cursor through the terminal", async () => {
  const { terminal } = await explore();
  terminal.press("\t", "y");
  await terminal.untilText("clipboard: /var");
  expect(terminal.output).toContain(`\x1b]52;c;${Buffer.from("/var").toString("base64")}\x07`);
});

it("lists secrets without ever showing one, in any tab", async () => {
  const secret = "eXQF7Jm2kP9sLw4Zt8RbVnC3";
  const { terminal } = await explore({
    config: { Env: [`PAYMENT_API_KEY=${secret}`] },
    layers: [{ content: [file("etc/app.ini", `api_key = "${secret}"\n`)], createdBy: `RUN echo ${secret} > /etc/app.ini` }],
  });
  terminal.press("3");
  await terminal.untilText("Secrets (2)");
  terminal.press("j");
  await terminal.untilText("env, key PAYMENT_API_KEY");
  expect(terminal.text()).toContain("eXQF********");
  terminal.press("6");
  await terminal.untilText("History");
  terminal.press("1", "j", "k");
  await terminal.untilText("Layer Details");
  expect(terminal.output).not.toContain(secret);
});

it("lists caches and duplicates with their advice", async () => {
  const content = "d".repeat(5000);
  const { terminal } = await explore({
    layers: [[file("a/one", content), file("b/two", content), file("var/cache/apt/archives/curl.deb", "p".repeat(3000))]],
  });
  terminal.press("4");
  await terminal.untilText("Same content at several paths");
  expect(terminal.text()).toContain("/a/one");
  expect(terminal.text()).toContain("Caches and leftovers");
});
