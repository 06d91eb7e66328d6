/** What every role on the screen looks like. A theme never carries meaning alone: each change also has a sign, each switch a box. */
import { BallastError } from "../../src/base/errors.ts";
import { attr } from "./attr.ts";
import type { Attr, Style } from "./attr.ts";

export type Role =
  | "text"
  | "dim"
  | "strong"
  | "border"
  | "borderFocused"
  | "title"
  | "titleFocused"
  | "brand"
  | "tab"
  | "tabActive"
  | "badge"
  | "header"
  | "cursor"
  | "cursorIdle"
  | "added"
  | "removed"
  | "modified"
  | "metadata"
  | "unmodified"
  | "compareBottom"
  | "compareTop"
  | "bar"
  | "barWaste"
  | "track"
  | "key"
  | "match"
  | "link"
  | "number"
  | "good"
  | "warning"
  | "bad"
  | "prompt";

export type Theme = Readonly<Record<Role, Attr>>;

export const themeNames = ["default", "high-contrast", "color-blind", "monochrome"] as const;
export type ThemeName = (typeof themeNames)[number];

const gray = 8;

/** The palette everybody has; dive's colours for changes and the compare bar. */
const sixteen: Record<Role, Style> = {
  text: {},
  dim: { fg: gray },
  strong: { bold: true },
  border: { fg: gray },
  borderFocused: { fg: 14 },
  title: { fg: 7 },
  titleFocused: { fg: 14, bold: true },
  brand: { fg: 0, bg: 6, bold: true },
  tab: { fg: 7 },
  tabActive: { fg: 14, bold: true, underline: true },
  badge: { fg: 3 },
  header: { fg: gray, bold: true },
  cursor: { inverse: true },
  cursorIdle: { bold: true, underline: true },
  added: { fg: 2 },
  removed: { fg: 1 },
  modified: { fg: 3 },
  metadata: { fg: 6 },
  unmodified: {},
  compareBottom: { fg: 0, bg: 2 },
  compareTop: { fg: 0, bg: 5 },
  bar: { fg: 4 },
  barWaste: { fg: 1 },
  track: { fg: gray },
  key: { fg: 14, bold: true },
  match: { fg: 0, bg: 3 },
  link: { fg: 6 },
  number: { fg: 6 },
  good: { fg: 2 },
  warning: { fg: 3 },
  bad: { fg: 9, bold: true },
  prompt: { bold: true },
};

/** The same meaning with calmer shades, where 256 colours are to be had. */
const wide: Record<Role, Style> = {
  ...sixteen,
  dim: { fg: 244 },
  border: { fg: 239 },
  borderFocused: { fg: 74 },
  title: { fg: 250 },
  titleFocused: { fg: 117, bold: true },
  brand: { fg: 234, bg: 74, bold: true },
  tab: { fg: 246 },
  tabActive: { fg: 117, bold: true, underline: true },
  badge: { fg: 179 },
  header: { fg: 243, bold: true },
  cursor: { bg: 24, bold: true },
  cursorIdle: { bg: 237 },
  added: { fg: 114 },
  removed: { fg: 203 },
  modified: { fg: 221 },
  metadata: { fg: 110 },
  unmodified: { fg: 252 },
  compareBottom: { fg: 234, bg: 71 },
  compareTop: { fg: 234, bg: 133 },
  bar: { fg: 74 },
  barWaste: { fg: 203 },
  track: { fg: 238 },
  key: { fg: 117, bold: true },
  match: { fg: 234, bg: 221 },
  link: { fg: 109 },
  number: { fg: 152 },
  good: { fg: 114 },
  warning: { fg: 221 },
  bad: { fg: 203, bold: true },
  prompt: { fg: 231, bold: true },
};

const highContrast: Record<Role, Style> = {
  ...sixteen,
  text: { fg: 15 },
  dim: { fg: 15 },
  strong: { fg: 15, bold: true },
  border: { fg: 15 },
  borderFocused: { fg: 11, bold: true },
  title: { fg: 15, bold: true },
  titleFocused: { fg: 11, bold: true },
  brand: { fg: 0, bg: 15, bold: true },
  tab: { fg: 15 },
  tabActive: { fg: 0, bg: 11, bold: true },
  badge: { fg: 11, bold: true },
  header: { fg: 15, bold: true, underline: true },
  cursor: { fg: 0, bg: 11, bold: true },
  cursorIdle: { fg: 0, bg: 15 },
  added: { fg: 10, bold: true },
  removed: { fg: 9, bold: true },
  modified: { fg: 11, bold: true },
  metadata: { fg: 14, bold: true },
  unmodified: { fg: 15 },
  compareBottom: { fg: 0, bg: 10 },
  compareTop: { fg: 0, bg: 13 },
  bar: { fg: 15 },
  barWaste: { fg: 9 },
  track: { fg: gray },
  key: { fg: 11, bold: true },
  link: { fg: 14 },
  number: { fg: 15 },
};

/** Blue, orange and yellow in place of green and red: the pairs that every common colour vision tells apart (Okabe and Ito). */
const colorBlind: Record<Role, Style> = {
  ...wide,
  added: { fg: 75 },
  removed: { fg: 208, bold: true },
  modified: { fg: 227 },
  metadata: { fg: 182 },
  compareBottom: { fg: 232, bg: 75 },
  compareTop: { fg: 232, bg: 208 },
  barWaste: { fg: 208 },
  good: { fg: 75 },
  warning: { fg: 227 },
  bad: { fg: 208, bold: true },
};

const colorBlindSixteen: Record<Role, Style> = {
  ...sixteen,
  added: { fg: 12 },
  removed: { fg: 11, bold: true },
  modified: { fg: 15, bold: true },
  metadata: { fg: 14 },
  compareBottom: { fg: 15, bg: 4 },
  compareTop: { fg: 0, bg: 3 },
  barWaste: { fg: 11 },
  good: { fg: 12 },
  bad: { fg: 11, bold: true },
};

const bold: Style = { bold: true };
const monochrome: Record<Role, Style> = {
  text: {},
  dim: {},
  strong: bold,
  border: {},
  borderFocused: bold,
  title: {},
  titleFocused: { bold: true, underline: true },
  brand: { inverse: true, bold: true },
  tab: {},
  tabActive: { inverse: true },
  badge: bold,
  header: { underline: true },
  cursor: { inverse: true },
  cursorIdle: { underline: true },
  added: bold,
  removed: { underline: true },
  modified: bold,
  metadata: {},
  unmodified: {},
  compareBottom: {},
  compareTop: { inverse: true },
  bar: {},
  barWaste: { inverse: true },
  track: {},
  key: bold,
  match: { inverse: true },
  link: {},
  number: {},
  good: bold,
  warning: bold,
  bad: { bold: true, underline: true },
  prompt: bold,
};

function build(styles: Record<Role, Style>): Theme {
  return Object.fromEntries(Object.entries(styles).map(([role, style]) => [role, attr(style)])) as Record<Role, Attr>;
}

/** A theme's name, or colours by role over the default theme: `{ added: "bold 114", removed: red }`. */
export type ThemeSetting = string | Readonly<Record<string, string>> | null;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The theme a person asked for, as far as their terminal can show it: NO_COLOR (https://no-color.org) means monochrome unless a theme
 * was named.
 * @throws {BallastError} bad-config for what is no theme, role or colour
 */
export function chooseTheme(setting: ThemeSetting, env: Environment): Theme {
  if (setting === null) return build(stylesOf(env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "" ? "monochrome" : "default", env));
  if (typeof setting === "string") {
    if (isThemeName(setting)) return build(stylesOf(setting, env));
    throw new BallastError("bad-config", `theme: there is no theme "${setting}"`, { hint: `choose one of ${themeNames.join(", ")}` });
  }
  const styles = { ...stylesOf("default", env) };
  for (const [role, text] of Object.entries(setting)) {
    if (!(role in styles))
      throw new BallastError("bad-config", `theme: there is no role "${role}"`, {
        hint: `the roles are ${Object.keys(styles).join(", ")}`,
      });
    styles[role as Role] = parseStyle(role, text);
  }
  return build(styles);
}

function stylesOf(name: ThemeName, env: Environment): Record<Role, Style> {
  const many = has256Colors(env);
  switch (name) {
    case "default":
      return many ? wide : sixteen;
    case "high-contrast":
      return highContrast;
    case "color-blind":
      return many ? colorBlind : colorBlindSixteen;
    case "monochrome":
      return monochrome;
  }
}

const colorNames = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** `bold underline red on 236`: words for attributes, a colour by name (`bright-red` too) or number, `on` before the background. */
function parseStyle(role: string, text: string): Style {
  const style: { -readonly [K in keyof Style]: Style[K] } = {};
  let target: "fg" | "bg" = "fg";
  for (const word of text.trim().toLowerCase().split(/\s+/)) {
    if (word === "on") target = "bg";
    else if (word === "bold" || word === "underline" || word === "inverse") style[word] = true;
    else if (word !== "default") {
      const bright = word.startsWith("bright-");
      const named = colorNames.indexOf(bright ? word.slice("bright-".length) : word);
      const color =
        named >= 0 ? named + (bright ? 8 : 0) : word === "gray" || word === "grey" ? gray : /^\d{1,3}$/.test(word) ? Number(word) : 256;
      if (color > 255) {
        throw new BallastError("bad-config", `theme: ${role}: "${word}" is no colour`, {
          hint: "write a style as `bold red on 236`: names, bright- names, or 0 to 255",
        });
      }
      style[target] = color;
    }
  }
  return style;
}

function isThemeName(name: string): name is ThemeName {
  return (themeNames as readonly string[]).includes(name);
}

const knownWide = /256color|direct|kitty|ghostty|alacritty|foot|wezterm|iterm|contour|rio|tmux/;

/** Whether the terminal says it shows more than its 16 palette colours. */
export function has256Colors(env: Environment): boolean {
  return knownWide.test(env["TERM"] ?? "") || /truecolor|24bit/.test(env["COLORTERM"] ?? "") || env["TMUX"] !== undefined;
}
