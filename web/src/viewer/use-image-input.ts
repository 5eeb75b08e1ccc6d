import { useEffect, useEffectEvent, useRef, type RefObject } from "react";

interface ImageInput {
  readonly isZoomed: boolean;
  /** @param at - Pixels from the middle of the surface. */
  readonly zoom: (factor: number, at?: { readonly x: number; readonly y: number }) => void;
  readonly move: (x: number, y: number) => void;
  readonly fit: () => void;
  readonly rotate: () => void;
  readonly step: number;
}

/** Pixels that an arrow key moves a zoomed image. */
const KEY_MOVE = 80;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lets an image be zoomed and moved by wheel, fingers, pointer, double click and keys, on the element of the answer. */
export function useImageInput(input: ImageInput): RefObject<HTMLDivElement | null> {
  const surface = useRef<HTMLDivElement>(null);
  const zoom = useEffectEvent(input.zoom);
  const move = useEffectEvent(input.move);
  const toggle = useEffectEvent((at: Point) => (input.isZoomed ? input.fit() : input.zoom(2.5, at)));
  const isZoomed = useEffectEvent(() => input.isZoomed);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyped(event)) return;
    const action = keyAction(event.key, input);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event);
    // Before the viewer takes the arrows as the way to other files.
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, []);
  useEffect(() => {
    const element = surface.current;
    if (!element) return undefined;
    return trackPointers(element, { zoom, move, toggle, isZoomed });
  }, []);
  return surface;
}

function isTyped({ target }: Event): boolean {
  return target instanceof Element && target.closest("input, textarea, [role=menu], [contenteditable=true]") !== null;
}

function keyAction(key: string, { isZoomed, zoom, move, fit, rotate, step }: ImageInput): (() => void) | null {
  if (key === "+" || key === "=") return () => zoom(step);
  if (key === "-") return () => zoom(1 / step);
  if (key === "0") return fit;
  if (key === "r") return rotate;
  if (!isZoomed) return null;
  if (key === "ArrowLeft") return () => move(KEY_MOVE, 0);
  if (key === "ArrowRight") return () => move(-KEY_MOVE, 0);
  if (key === "ArrowUp") return () => move(0, KEY_MOVE);
  if (key === "ArrowDown") return () => move(0, -KEY_MOVE);
  return null;
}

interface Moves {
  zoom(factor: number, at: Point): void;
  move(x: number, y: number): void;
  toggle(at: Point): void;
  isZoomed(): boolean;
}

/** One pointer moves, two pinch. The answer ends it. */
function trackPointers(element: HTMLElement, moves: Moves): () => void {
  const pointers = new Map<number, Point>();
  const ended = new AbortController();
  const fromMiddle = ({ x, y }: Point): Point => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: x - left - width / 2, y: y - top - height / 2 };
  };
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void): void =>
    element.addEventListener(type, listener, { signal: ended.signal, passive: false });
  const lift = (event: PointerEvent): void => void pointers.delete(event.pointerId);
  on("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    moves.zoom(Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 100 : 400)), fromMiddle(event));
  });
  on("dblclick", (event) => moves.toggle(fromMiddle(event)));
  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (moves.isZoomed() || pointers.size > 1) element.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (!other) {
      if (moves.isZoomed()) moves.move(now.x - before.x, now.y - before.y);
      return;
    }
    const spread = (a: Point): number => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
    moves.zoom(spread(now) / spread(before), fromMiddle({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }));
  });
  on("pointerup", lift);
  on("pointercancel", lift);
  return () => ended.abort();
}
