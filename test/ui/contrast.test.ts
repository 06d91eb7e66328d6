import { expect, it } from "vitest";

import { attr, background, defaultColor, foreground, over } from "../../ui/terminal/attr.ts";
import { stylesOf, themeNames } from "../../ui/terminal/theme.ts";
import type { Ground, Role } from "../../ui/terminal/theme.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** xterm's sixteen. */
const palette: readonly Colour[] = [
  ...([
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
  ] as const),
  ...([
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
  ] as const),
];
const steps = [0, 95, 135, 175, 215, 255];

function colourOf(index: number): Colour {
  if (index < 16) return palette[index]!;
  if (index >= 232) return [8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10];
  return [steps[Math.floor((index - 16) / 36)]!, steps[Math.floor((index - 16) / 6) % 6]!, steps[(index - 16) % 6]!];
}

/** WCAG 2, relative luminance and contrast. */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((one, two) => two - one);
  return (high! + 0.05) / (low! + 0.05);
}

/** Backgrounds that people have, and what such terminals write with. */
const grounds: Readonly<Record<Ground, { readonly many: readonly Colour[]; readonly few: readonly Colour[]; readonly text: Colour }>> = {
  dark: {
    many: [
      [0, 0, 0],
      [30, 30, 30],
      [40, 42, 54],
    ],
    few: [[0, 0, 0]],
    text: [229, 229, 229],
  },
  light: {
    many: [
      [255, 255, 255],
      [250, 250, 250],
      [253, 246, 227],
    ],
    few: [[255, 255, 255]],
    text: [0, 0, 0],
  },
};

/** Roles that are laid over others. */
const washes = ["cursor", "cursorIdle"] as const satisfies readonly Role[];

it.each(
  themeNames.flatMap((name) => (["dark", "light"] as const).flatMap((ground) => [true, false].map((many) => ({ name, ground, many })))),
)(
  "prompt-white-on-white: every role of $name on a $ground terminal (256 colours: $many) has a contrast of 4.5",
  ({ name, ground, many }) => {
    // Whoever names a ground has it.
    const shown = name === "dark" || name === "light" ? name : ground;
    const styles = stylesOf(name, many ? { TERM: "xterm-256color" } : { TERM: "linux" }, shown);
    const { text, many: all, few } = grounds[shown];
    const faint: string[] = [];
    for (const [role, style] of Object.entries(styles)) {
      const own = attr(style);
      const looks = [own, ...washes.map((wash) => over(own, attr(styles[wash])))];
      for (const [i, look] of looks.entries()) {
        for (const ground of many ? all : few) {
          const front = foreground(look) === defaultColor ? text : colourOf(foreground(look));
          const back = background(look) === defaultColor ? ground : colourOf(background(look));
          const ratio = contrast(front, back);
          if (ratio < 4.5) faint.push(`${role}${i === 0 ? "" : ` on ${washes[i - 1]}`} on ${ground.join(",")}: ${ratio.toFixed(2)}`);
        }
      }
    }
    expect(faint).toEqual([]);
  },
);
