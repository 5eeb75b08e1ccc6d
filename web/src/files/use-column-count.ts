import { useLayoutEffect, useState, type RefObject } from "react";
import type { ListView } from "./list-preferences.ts";

/** The least width of a card and the gap between two, in pixels; as in entry-grid.module.css. */
const CARD = { grid: { wide: 168, narrow: 140 }, gallery: { wide: 264, narrow: 216 } } as const;
const GAP = 12;
const SIDES = { wide: 48, narrow: 24 } as const;

/** How many cards fit side by side, on a phone at least two; 1 for a list. Follows the element's width. */
export function useColumnCount(element: RefObject<HTMLElement | null>, view: ListView, isNarrow: boolean): number {
  const isGrid = view !== "list";
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observed = element.current;
    if (!isGrid || !observed) return undefined;
    setWidth(observed.clientWidth);
    const observer = new ResizeObserver(() => setWidth(observed.clientWidth));
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element, isGrid]);
  if (view === "list") return 1;
  const size = isNarrow ? "narrow" : "wide";
  return Math.max(isNarrow ? 2 : 1, Math.floor((width - SIDES[size] + GAP) / (CARD[view][size] + GAP)));
}
