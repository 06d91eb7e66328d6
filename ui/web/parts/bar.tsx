/** A bar whose first part is live and whose second part is hatched as waste. The figures are in the cells beside it. */
export function Bar({ live, wasted = 0, most }: { readonly live: number; readonly wasted?: number; readonly most: number }) {
  const percent = (bytes: number): string => `${most === 0 ? 0 : Math.max(0, (bytes / most) * 100)}%`;
  return (
    <span class="bar" aria-hidden="true">
      <span class="live" style={{ width: percent(live) }} />
      {wasted > 0 && <span class="hatched" style={{ width: percent(wasted) }} />}
    </span>
  );
}
