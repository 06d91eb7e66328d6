import { useEffect, useState } from "preact/hooks";

/** True while the page is laid out for paper, where nothing scrolls. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(() => matchMedia("print").matches);
  useEffect(() => {
    const query = matchMedia("print");
    const update = (): void => setPrinting(query.matches);
    const begin = (): void => setPrinting(true);
    const end = (): void => setPrinting(false);
    query.addEventListener("change", update);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      query.removeEventListener("change", update);
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}
