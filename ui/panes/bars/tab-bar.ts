/** The first row: the tabs, and at the right the figures that are always visible: efficiency, waste, secrets. */
import { textWidth, truncate } from "../../../src/terminal/width.ts";
import { tabs } from "../../state.ts";
import type { AppState, Tab } from "../../state.ts";
import type { Region } from "../../terminal/surface.ts";
import { safe } from "../../viewmodel/documents/document.ts";
import type { Paint } from "../paint.ts";
import { verdictSpans } from "../summary-pane.ts";

const tabTitles: Readonly<Record<Tab, readonly [long: string, short: string]>> = {
  summary: ["Summary", "Sum"],
  files: ["Files", "Files"],
  waste: ["Waste", "Waste"],
  secrets: ["Secrets", "Secr"],
  duplicates: ["Duplicates", "Dup"],
  plan: ["Plan", "Plan"],
  config: ["Config", "Conf"],
  packages: ["Packages", "Pkg"],
};

/** Forms of the bar, widest first: which titles, the gap between them, and the room left for the verdict. */
const forms = [
  { brand: "  Ballast  ", title: 0, gap: 2, verdict: 44 },
  { brand: "", title: 0, gap: 1, verdict: 33 },
  { brand: "", title: 1, gap: 1, verdict: 20 },
] as const;

/** If not even short titles fit: numbers, and the title of the current tab. */
const narrowest = { brand: "", title: null, gap: 1, verdict: 0 } as const;

export function paintTabBar(paint: Paint, screen: Region, state: AppState): void {
  const { theme } = paint;
  const widthOf = ({ brand, title, gap }: (typeof forms)[number]): number =>
    tabs.reduce((sum, tab, i) => sum + gap + `${i} ${tabTitles[tab][title]}`.length, brand.length);
  const form = forms.find((one) => screen.width - widthOf(one) >= one.verdict) ?? narrowest;
  let x = screen.text(0, 0, form.brand, theme.brand);
  tabs.forEach((tab, i) => {
    const isActive = tab === state.tab;
    const from = x;
    const title = form.title !== null || isActive ? ` ${tabTitles[tab][form.title ?? 1]}` : "";
    x = screen.text(x + form.gap, 0, `${i}${title}`, isActive ? theme.tabActive : theme.tab);
    paint.hits.push({ rect: { x: from, y: 0, width: x - from, height: 1 }, target: { kind: "tab", tab } });
  });
  const room = screen.width - x - 3;
  const verdict = verdictSpans(paint, state, room);
  const width = verdict.reduce((sum, [text]) => sum + textWidth(text), 0);
  if (width > 0 && width <= room + 1) screen.spans(screen.width - width - 1, 0, verdict);
  const name = truncate(safe(state.image?.reference ?? state.name), Math.max(0, room - width - (width > 0 ? 3 : 0)));
  if (form.brand !== "" && textWidth(name) > 8)
    screen.text(screen.width - width - textWidth(name) - (width > 0 ? 4 : 1), 0, name, theme.dim);
}
