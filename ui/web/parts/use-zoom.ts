import { useCallback, useEffect, useState } from "preact/hooks";

import type { Shape } from "../read/shape.ts";
import { hashOf, pathOfHash } from "./section.tsx";

/** The node that fills the map. It is part of the address, so that it can be shared and the browser's back button zooms out. */
export function useZoom(shape: Shape): readonly [at: number, zoom: (at: number) => void] {
  const [at, setAt] = useState(() => shape.reach(pathOfHash(location.hash) ?? "/"));
  useEffect(() => {
    const follow = (): void => {
      const path = pathOfHash(location.hash);
      if (path === null) return;
      setAt(shape.reach(path));
      document.getElementById("files")?.scrollIntoView({ block: "nearest" });
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [shape]);
  const zoom = useCallback(
    (next: number): void => {
      setAt(next);
      history.pushState(null, "", hashOf(shape.path(next)));
    },
    [shape],
  );
  useEffect(() => {
    const back = (): void => setAt(shape.reach(pathOfHash(location.hash) ?? "/"));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, [shape]);
  return [at, zoom];
}
