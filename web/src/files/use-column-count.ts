import { useLayoutEffect, useState, type RefObject } from "react";

/** The least width of a card and the gap between two, in pixels; as in entry-grid.module.css. */
const CARD = { wide: 168, narrow: 140 } as const;
const GAP = 12;
const SIDES = { wide: 48, narrow: 24 } as const;

/** How many cards fit side by side; 1 for a list. Follows the element's width. */
export function useColumnCount(element: RefObject<HTMLElement | null>, isGrid: boolean, isNarrow: boolean): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observed = element.current;
    if (!isGrid || !observed) return undefined;
    setWidth(observed.clientWidth);
    const observer = new ResizeObserver(() => setWidth(observed.clientWidth));
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element, isGrid]);
  if (!isGrid) return 1;
  const size = isNarrow ? "narrow" : "wide";
  return Math.max(1, Math.floor((width - SIDES[size] + GAP) / (CARD[size] + GAP)));
}
