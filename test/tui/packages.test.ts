/** The tab that tells what every byte is for, by typing into it. */
import { expect, it } from "vitest";

import { explore } from "../helpers/screen/explore.ts";
import { file } from "../helpers/tar-fixture.ts";

const paragraph = (name: string, fields = ""): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n${fields}\n`;

it("lists owners by size, opens them to their files, walks up the reasons, and names a file's owner", async () => {
  const { terminal } = await explore({
    layers: [
      {
        createdBy: "RUN apt-get install tool",
        content: [
          file("var/lib/dpkg/status", paragraph("tool", "Recommends: extra\n") + paragraph("extra")),
          file("var/lib/apt/extended_states", "Package: extra\nArchitecture: amd64\nAuto-Installed: 1\n\n"),
          file("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n"),
          file("var/lib/dpkg/info/extra.list", "/usr/bin/extra\n"),
          file("usr/bin/tool", "t".repeat(2000)),
          file("usr/bin/extra", "e".repeat(9000)),
          file("srv/data", "d".repeat(500)),
        ],
      },
    ],
  });
  await terminal.untilText("0 B wasted");
  terminal.press("7");
  await terminal.untilText("2 packages (dpkg 2)");
  await terminal.untilText("recommended by tool");
  expect(terminal.text().indexOf("extra 1.0")).toBeLessThan(terminal.text().indexOf("tool 1.0"));
  terminal.press(" ");
  await terminal.untilText("/usr/bin/extra");
  terminal.press("w");
  await terminal.untilText("would go with it");
  await terminal.untilText("RUN apt-get install tool");
  terminal.press("w");
  await terminal.untilText("no package asks for it");
  terminal.press("g", "j", "\r");
  await terminal.untilText("Path Details");
  await terminal.untilText("dpkg extra 1.0");
});
