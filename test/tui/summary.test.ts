import { expect, it } from "vitest";

import { explore, shopImage } from "../helpers/screen/explore.ts";
import type { ImageFixture } from "../helpers/image-fixture.ts";
import { file, whiteout } from "../helpers/tar-fixture.ts";

const enter = "\r";

it.each([
  [80, 24],
  [120, 35],
  [200, 60],
])("opens on what is wrong with the image at %i × %i, and enter leads there", async (columns, rows) => {
  const { terminal } = await explore(shopImage, { columns, rows, view: null });
  await terminal.untilText("Worst findings");
  await terminal.until("everything is known", (screen) => screen.text().includes("none found"));
  const text = terminal.text();
  expect(text).toMatch(/Size +170 kB stored/);
  expect(text).toMatch(/Waste +130 kB, 76\.4 %/);
  expect(text).toMatch(/90\.0 kB +removed, layer 0 → 2 +\/var\/cache\/packages\.bin/);
  expect(terminal.row(0)).toContain("130 kB");
  terminal.press(enter);
  await terminal.until("the finding", (screen) => /removed +0 → 2 +\/var\/cache\/packages\.bin/.test(screen.text()));
});

it.each([60, 80, 100, 140])("keeps the verdict in sight in every tab at %i columns", async (columns) => {
  const { terminal } = await explore(shopImage, { columns, rows: 24 });
  for (const key of "01234567") {
    terminal.press(key);
    await terminal.until(`the verdict in tab ${key}`, (screen) => /23\.\d %.*130 kB/.test(screen.row(0)));
  }
  terminal.press("0");
  await terminal.until("the layers of the finding, however narrow", (screen) => /removed, (?:layer )?0 → 2 /.test(screen.text()));
  await terminal.until("of metadata, too", (screen) => /only me.*, (?:layer )?0 → 1 /.test(screen.text()));
});

it.each([
  [80, 24],
  [120, 35],
  [200, 60],
])("layer-command-hidden: the whole command of the selected layer is on the screen at %i × %i", async (columns, rows) => {
  const command = `RUN ${Array.from({ length: 12 }, (_, i) => `step-${i}`).join(" && ")} && the-very-end`;
  const { terminal } = await explore({ layers: [{ content: [file("a", "1")], createdBy: command }] }, { columns, rows });
  await terminal.untilText("Layer Details");
  await terminal.untilText("the-very-end");
});

it.each([
  [80, 24],
  [120, 35],
])(
  "layer-command-hidden: the summary shows the command behind a finding, and of each layer in turn, whole at %i × %i",
  async (columns, rows) => {
    const command = (layer: number) => `RUN ${Array.from({ length: 8 }, (_, i) => `step-${layer}-${i}`).join(" && ")} && end-${layer}`;
    const image: ImageFixture = {
      layers: [
        { content: [file("opt/model.bin", "x".repeat(90_000))], createdBy: "COPY model.bin /opt/" },
        ...Array.from({ length: 12 }, (_, i) => ({
          content: i === 4 ? [whiteout("opt/model.bin")] : [file(`srv/${i}`, "y".repeat(1000 * i))],
          createdBy: command(i + 1),
        })),
      ],
    };
    const { terminal } = await explore(image, { columns, rows, view: null });
    await terminal.until(
      "what removed the file",
      (screen) => /removed, layer 0 → 5/.test(screen.text()) && screen.text().includes("end-5"),
    );
    terminal.press("G");
    await terminal.untilText("end-12");
    terminal.press("k", "k");
    await terminal.untilText("end-10");
    terminal.press(enter);
    await terminal.until("that layer in Files", (screen) => screen.text().includes("Layer Details") && screen.text().includes("end-10"));
  },
);

it("waste-not-rolled-up: what one chown stored again is one row with its files behind it", async () => {
  const modules = (uid: number) =>
    Array.from({ length: 300 }, (_, i) => file(`app/node_modules/p${i}/index.js`, `// ${i} ${"x".repeat(2000)}`, { uid }));
  const { terminal } = await explore({ layers: [modules(0), modules(1000)] });
  terminal.press("2");
  await terminal.until("one row", (screen) => /▸ +\d+ kB +metadata +0 → 1 +\/app\/node_modules +300 files/.test(screen.text()));
  expect(terminal.text()).not.toContain("index.js");
  terminal.press(" ");
  await terminal.untilText("/app/node_modules/p100/index.js");
});

it("chart-lies: a layer of a few bytes is no bar of a thousandth of the largest one's height", async () => {
  const { terminal } = await explore(
    { layers: [[file("large", "x".repeat(400_000))], [file("tiny", "x")], [whiteout("large")]] },
    { columns: 120, rows: 50 },
  );
  await terminal.untilText("Bytes per layer");
  const chart = terminal.rows().filter((row) => /^│ (?:[█▁▂▃▄▅▆▇ ]{3} )/.test(row) && /[█▁▂▃▄▅▆▇]{3}/.test(row));
  expect(chart.length).toBeGreaterThan(3);
  expect(chart.at(-1)).toMatch(/^│ ███ ▁▁▁ /);
  for (const row of chart.slice(0, -1)) expect(row).toMatch(/^│ [█▇▆▅▄▃▂▁]{3} {5}/);
});

it("shows what each layer changed with the arrow alone, opened down to the files", async () => {
  const { terminal } = await explore();
  terminal.press("\x1b[B");
  await terminal.until(
    "layer 1",
    (screen) => /~ .*shop\.conf/.test(screen.text()) && /\+ .*poem/.test(screen.text()) && /= .*tool/.test(screen.text()),
  );
  terminal.press("\x1b[B");
  await terminal.until("layer 2", (screen) => /- .*packages\.bin/.test(screen.text()));
});

it("leads from a secret in ENV to its line of the config", async () => {
  const { terminal } = await explore({
    config: { Env: ["PATH=/bin", "PAYMENT_API_KEY=eXQF7Jm2kP9sLw4Zt8RbVnC3"] },
    layers: [[file("a", "1")]],
  });
  terminal.press("3");
  await terminal.untilText("Secrets (1)");
  terminal.press("G", enter);
  await terminal.until("the config", (screen) => screen.text().includes("Environment") && screen.text().includes("/PAYMENT_API_KEY"));
});

it("searches the config", async () => {
  const { terminal } = await explore({ config: { Labels: { team: "fishmongers" } }, layers: [[file("a", "1")]] });
  terminal.press("6", "/", "mongers", enter);
  await terminal.untilText("/mongers");
  terminal.press("/", "no such thing", enter);
  await terminal.untilText("no match for");
});

it("shows one directory as if it were the whole image", async () => {
  const { terminal } = await explore();
  terminal.press("/", "usr/bin/tool", enter);
  await terminal.untilText("1 of 1");
  terminal.press("R");
  await terminal.untilText("below /usr/bin");
  terminal.press("\x1b", "\x1b");
  await terminal.until("the whole image", (screen) => !screen.text().includes("below /usr/bin"));
});
