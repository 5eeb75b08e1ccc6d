import { useRef, type TouchEvent } from "react";

interface Swipe {
  readonly onTouchStart: (event: TouchEvent) => void;
  readonly onTouchEnd: (event: TouchEvent) => void;
}

/** Pixels that a finger has to go sideways. */
const FAR = 60;
/** Milliseconds that it may take. */
const QUICK = 600;

/** One finger that goes to the side quickly; not where something is moved or scrolled by it (`data-no-swipe`). */
export function useSwipe(to: { readonly onLeft: () => void; readonly onRight: () => void }): Swipe {
  const start = useRef<{ x: number; y: number; at: number } | null>(null);
  return {
    onTouchStart: ({ touches, target, timeStamp }) => {
      const touch = touches[0];
      const isFree = touches.length === 1 && target instanceof Element && !target.closest("[data-no-swipe]");
      start.current = isFree && touch ? { x: touch.clientX, y: touch.clientY, at: timeStamp } : null;
    },
    onTouchEnd: ({ changedTouches, touches, timeStamp }) => {
      const from = start.current;
      const touch = changedTouches[0];
      start.current = null;
      if (!from || !touch || touches.length > 0 || timeStamp - from.at > QUICK) return;
      const across = touch.clientX - from.x;
      if (Math.abs(across) < FAR || Math.abs(touch.clientY - from.y) > Math.abs(across) / 2) return;
      if (across < 0) to.onLeft();
      else to.onRight();
    },
  };
}
