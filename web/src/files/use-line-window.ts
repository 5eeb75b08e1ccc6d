import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { flushSync } from "react-dom";

export interface LineWindowOptions {
  /** What the lines are in; its parent is what scrolls. */
  readonly body: RefObject<HTMLElement | null>;
  readonly count: number;
  /** Pixels; all lines are as high. */
  readonly lineHeight: number;
  /** Pixels above the first line, of which `header` stay in view. */
  readonly above: number;
  readonly header: number;
}

/** Lines from `from` up to, but not with, `to`. */
export interface LineWindow {
  readonly from: number;
  readonly to: number;
}

/** Lines beyond what is in view, so that the first frame of a scroll finds them there. */
const OVERSCAN = 8;
/** The window moves by this many lines: a slow scroll draws anew every few frames only. */
const STEP = 4;
/** Pixels kept free between a line that is scrolled to and the edge. */
const MARGIN = { top: 4, bottom: 72 };

/**
 * Which lines of a long list are to be in the page: those in view and some around. Costs the same whatever the length.
 * Follows a scroll in the frame in which it is drawn, so that there are no holes.
 */
export function useLineWindow(options: LineWindowOptions): LineWindow {
  const { body, count, lineHeight, above } = options;
  const [view, setView] = useState<LineWindow>({ from: 0, to: 0 });
  const latest = useRef(options);
  useLayoutEffect(() => {
    latest.current = options;
  });

  useLayoutEffect(() => {
    const element = body.current?.parentElement;
    if (!element) return undefined;
    let height = element.clientHeight;
    const windowNow = (): LineWindow => {
      const first = (element.scrollTop - latest.current.above) / latest.current.lineHeight;
      const lines = height / latest.current.lineHeight;
      const from = STEP * Math.floor(first / STEP) - OVERSCAN;
      return { from, to: STEP * Math.ceil((first + lines) / STEP) + OVERSCAN };
    };
    const follow = (now: LineWindow): LineWindow => {
      const next = windowNow();
      return next.from === now.from && next.to === now.to ? now : next;
    };
    const onScroll = (): void => flushSync(() => setView(follow));
    const observer = new ResizeObserver(() => {
      height = element.clientHeight;
      setView(follow);
    });
    setView(follow);
    element.addEventListener("scroll", onScroll, { passive: true });
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [body, lineHeight, above]);

  return { from: Math.max(0, Math.min(view.from, count)), to: Math.max(0, Math.min(view.to, count)) };
}

/** Scrolls as little as brings a line into view. Stable while the options are. */
export function useReveal(options: Omit<LineWindowOptions, "count">): (line: number) => void {
  const { body, lineHeight, above, header } = options;
  return useCallback(
    (line: number) => {
      const element = body.current?.parentElement;
      if (!element) return;
      const top = above + line * lineHeight;
      const least = top + lineHeight + MARGIN.bottom - element.clientHeight;
      const most = top - header - MARGIN.top;
      if (element.scrollTop > most) element.scrollTop = most;
      else if (element.scrollTop < least) element.scrollTop = least;
    },
    [body, lineHeight, above, header],
  );
}
