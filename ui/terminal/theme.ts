/** The look of every role on the screen. Colour is never the only sign: each change also has a character, each switch a box. */
import { BallastError } from "../../src/base/errors.ts";
import { attr } from "./attr.ts";
import type { Attr, Style } from "./attr.ts";
import * as accessible from "./accessible-palettes.ts";
import * as palettes from "./palettes.ts";
import type { Palette, Role } from "./palettes.ts";

export type { Role } from "./palettes.ts";

export type Theme = Readonly<Record<Role, Attr>>;

/** `auto` is dark or light, like the terminal. */
export const themeNames = ["auto", "dark", "light", "high-contrast", "color-blind", "monochrome"] as const;
export type ThemeName = (typeof themeNames)[number];

/** The terminal's own background. */
export type Ground = "dark" | "light";

function build(styles: Palette): Theme {
  return Object.fromEntries(Object.entries(styles).map(([role, style]) => [role, attr(style)])) as Record<Role, Attr>;
}

/** The name of a theme, or styles by role that change the default theme: `{ added: "bold 114", removed: red }`. */
export type ThemeSetting = string | Readonly<Record<string, string>> | null;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The theme that was asked for, as far as the terminal can show it. NO_COLOR (https://no-color.org) means monochrome unless a theme is
 * named.
 * @throws {BallastError} bad-config for an unknown theme, role or colour
 */
export function chooseTheme(setting: ThemeSetting, env: Environment, ground: Ground = "dark"): Theme {
  if (setting === null) return build(stylesOf(isSet(env["NO_COLOR"]) ? "monochrome" : "auto", env, ground));
  if (typeof setting === "string") {
    if (isThemeName(setting)) return build(stylesOf(setting, env, ground));
    throw new BallastError("bad-config", `theme: there is no theme "${setting}"`, { hint: `choose one of ${themeNames.join(", ")}` });
  }
  const styles: Record<Role, Style> = { ...stylesOf("auto", env, ground) };
  for (const [role, text] of Object.entries(setting)) {
    if (!(role in styles))
      throw new BallastError("bad-config", `theme: there is no role "${role}"`, {
        hint: `the roles are ${Object.keys(styles).join(", ")}`,
      });
    styles[role as Role] = parseStyle(role, text);
  }
  return build(styles);
}

export function stylesOf(name: ThemeName, env: Environment, ground: Ground): Palette {
  const many = has256Colors(env);
  const isLight = name === "light" || (name !== "dark" && ground === "light");
  switch (name) {
    case "auto":
    case "dark":
    case "light":
      if (many) return isLight ? palettes.light : palettes.dark;
      return isLight ? palettes.sixteenLight : palettes.sixteenDark;
    case "high-contrast":
      return isLight ? accessible.highContrastLight : accessible.highContrastDark;
    case "color-blind":
      if (many) return isLight ? accessible.colorBlindLight : accessible.colorBlindDark;
      // Blue and red can be told apart with any colour vision.
      return isLight ? palettes.sixteenLight : accessible.colorBlindSixteenDark;
    case "monochrome":
      return accessible.monochrome;
  }
}

/** rxvt, Konsole and others set COLORFGBG to `foreground;background`, such as `15;0`; 7 and 9 to 15 are the light colours. */
export function groundFromEnvironment(env: Environment): Ground {
  const background = Number(/;(\d+)$/.exec(env["COLORFGBG"] ?? "")?.[1] ?? "0");
  return background === 7 || (background >= 9 && background <= 15) ? "light" : "dark";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

const gray = 8;

const colorNames = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Parses `bold underline red on 236`: attributes, colours by name (also `bright-red`) or number, and `on` before the background. */
function parseStyle(role: string, text: string): Style {
  const style: { -readonly [K in keyof Style]: Style[K] } = {};
  let target: "fg" | "bg" = "fg";
  for (const word of text.trim().toLowerCase().split(/\s+/)) {
    if (word === "on") target = "bg";
    else if (word === "bold" || word === "underline" || word === "inverse") style[word] = true;
    else if (word !== "default") {
      const color = colorOf(word);
      if (color === null) {
        throw new BallastError("bad-config", `theme: ${role}: "${word}" is not a colour`, {
          hint: "write a style as `bold red on 236`: names, bright- names, or 0 to 255",
        });
      }
      style[target] = color;
    }
  }
  return style;
}

function colorOf(word: string): number | null {
  if (word === "gray" || word === "grey") return gray;
  if (/^\d{1,3}$/.test(word)) return Number(word) <= 255 ? Number(word) : null;
  const bright = word.startsWith("bright-");
  const named = colorNames.indexOf(bright ? word.slice("bright-".length) : word);
  if (named < 0) return null;
  return bright ? named + 8 : named;
}

function isThemeName(name: string): name is ThemeName {
  return (themeNames as readonly string[]).includes(name);
}

const knownWide = /256color|direct|kitty|ghostty|alacritty|foot|wezterm|iterm|contour|rio|tmux/;

/** Whether the terminal claims to show more than its 16 palette colours. */
export function has256Colors(env: Environment): boolean {
  return knownWide.test(env["TERM"] ?? "") || /truecolor|24bit/.test(env["COLORTERM"] ?? "") || env["TMUX"] !== undefined;
}
