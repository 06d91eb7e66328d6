import { useEffect, useState } from "preact/hooks";

import { dark, light } from "../treemap/colors.ts";
import type { Theme } from "../treemap/colors.ts";

/** The theme that the browser prefers; follows changes, and is light for printing. */
export function useTheme(): Theme {
  const [theme, setTheme] = useState(preferred);
  useEffect(() => {
    const update = (): void => setTheme(preferred());
    const queries = [matchMedia("(prefers-color-scheme: dark)"), matchMedia("print")];
    for (const query of queries) query.addEventListener("change", update);
    return () => {
      for (const query of queries) query.removeEventListener("change", update);
    };
  }, []);
  return theme;
}

function preferred(): Theme {
  return matchMedia("(prefers-color-scheme: dark)").matches && !matchMedia("print").matches ? dark : light;
}
