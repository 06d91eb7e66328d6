/** The look of every role in each theme, for dark and light terminals. A test computes the contrast of each with its background. */
import type { Style } from "./attr.ts";

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

export type Palette = Readonly<Record<Role, Style>>;

const gray = 8;

/** The 16 colours of every terminal, on a dark background, with dive's colours for changes and the compare bar. */
export const sixteenDark: Palette = {
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
  removed: { fg: 9 },
  modified: { fg: 3 },
  metadata: { fg: 6 },
  unmodified: {},
  compareBottom: { fg: 0, bg: 2 },
  compareTop: { fg: 0, bg: 13 },
  bar: { fg: 6 },
  barWaste: { fg: 9 },
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

/** On a light background only blue, red and magenta of the sixteen are readable. */
export const sixteenLight: Palette = {
  ...sixteenDark,
  dim: {},
  border: {},
  borderFocused: { fg: 4 },
  title: {},
  titleFocused: { fg: 4, bold: true },
  brand: { fg: 15, bg: 4, bold: true },
  tab: {},
  tabActive: { fg: 4, bold: true, underline: true },
  badge: { fg: 1 },
  header: { bold: true },
  added: { fg: 4 },
  removed: { fg: 1 },
  modified: { fg: 5 },
  metadata: {},
  compareBottom: { fg: 15, bg: 4 },
  compareTop: { fg: 15, bg: 1 },
  bar: { fg: 4 },
  barWaste: { fg: 1 },
  track: {},
  key: { fg: 4, bold: true },
  link: { fg: 4 },
  number: {},
  good: { fg: 4 },
  warning: { fg: 5 },
  bad: { fg: 1, bold: true },
};

/** The same meanings in calmer shades, for terminals with 256 colours. */
export const dark: Palette = {
  ...sixteenDark,
  dim: { fg: 248 },
  border: { fg: 246 },
  borderFocused: { fg: 74 },
  title: { fg: 250 },
  titleFocused: { fg: 117, bold: true },
  brand: { fg: 234, bg: 74, bold: true },
  tab: { fg: 248 },
  tabActive: { fg: 117, bold: true, underline: true },
  badge: { fg: 179 },
  header: { fg: 247, bold: true },
  cursor: { fg: 231, bg: 24, bold: true },
  cursorIdle: { fg: 255, bg: 237 },
  added: { fg: 114 },
  removed: { fg: 203 },
  modified: { fg: 221 },
  metadata: { fg: 110 },
  unmodified: { fg: 252 },
  compareBottom: { fg: 234, bg: 71 },
  compareTop: { fg: 234, bg: 170 },
  bar: { fg: 74 },
  barWaste: { fg: 203 },
  track: { fg: 246 },
  key: { fg: 117, bold: true },
  match: { fg: 234, bg: 221 },
  link: { fg: 109 },
  number: { fg: 152 },
  good: { fg: 114 },
  warning: { fg: 221 },
  bad: { fg: 203, bold: true },
  prompt: { fg: 231, bold: true },
};

export const light: Palette = {
  ...sixteenLight,
  dim: { fg: 241 },
  border: { fg: 242 },
  borderFocused: { fg: 25 },
  title: { fg: 240 },
  titleFocused: { fg: 25, bold: true },
  brand: { fg: 231, bg: 24, bold: true },
  tab: { fg: 240 },
  tabActive: { fg: 25, bold: true, underline: true },
  badge: { fg: 94 },
  header: { fg: 241, bold: true },
  cursor: { fg: 231, bg: 25, bold: true },
  cursorIdle: { fg: 16, bg: 252 },
  added: { fg: 22 },
  removed: { fg: 124 },
  modified: { fg: 94 },
  metadata: { fg: 24 },
  unmodified: { fg: 236 },
  compareBottom: { fg: 231, bg: 22 },
  compareTop: { fg: 231, bg: 90 },
  bar: { fg: 25 },
  barWaste: { fg: 124 },
  track: { fg: 242 },
  key: { fg: 25, bold: true },
  match: { fg: 16, bg: 221 },
  link: { fg: 24 },
  number: { fg: 23 },
  good: { fg: 22 },
  warning: { fg: 94 },
  bad: { fg: 124, bold: true },
  prompt: { fg: 16, bold: true },
};
