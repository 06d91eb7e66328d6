import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { explore } from "../helpers/screen/explore.ts";
import { runCli } from "../helpers/run-cli.ts";

const enter = "\r";

it("switches steps with a live prediction, writes the image, proves it and shows the result", async () => {
  const { terminal, directory } = await explore();
  terminal.press("5");
  await terminal.untilText("[x] merge 3 layers into one");
  await terminal.until("what it would save", (screen) => /after .*1 layer/.test(screen.text()));
  terminal.press(" ");
  await terminal.until(
    "the prediction follows the switch",
    (screen) => /\[ \] merge/.test(screen.text()) && /after .*3 layers/.test(screen.text()),
  );
  terminal.press(" ");
  await terminal.until("and back", (screen) => /after .*1 layer/.test(screen.text()));
  terminal.press("r", "\x15", "docker-archive:slim.tar", enter);
  await terminal.untilText("written to docker-archive:slim.tar");
  expect(terminal.text()).toContain("read again and compared");
  const { status, stdout } = await runCli(["analyze", "--json", join(directory, "slim.tar")]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ image: { layerCount: 1 }, efficiency: { wastedBytes: 0 } });
  terminal.press("q");
  expect((await terminal.exited).exitCode).toBe(0);
});

it("plans a squash instead, and refuses to overwrite", async () => {
  const { terminal, directory } = await explore();
  terminal.press("5");
  await terminal.untilText("Plan: optimize");
  await terminal.untilText("[x] merge");
  terminal.press("c");
  await terminal.untilText("Plan: squash");
  await terminal.untilText("[x] merge");
  terminal.press("r", "\x15", "docker-archive:image.tar", enter);
  await terminal.until("it is refused", (screen) => screen.text().includes("✘") && screen.text().includes("image.tar"));
  terminal.press("r", "\x15", "nonsense", enter);
  await terminal.untilText("is not a place an image can be written to");
  expect(existsSync(join(directory, "nonsense"))).toBe(false);
});
