import { useEffect, useEffectEvent, useRef, type RefObject } from "react";

/** Keys that are pressed in the element of the answer, or nowhere; not in what is open over it. */
export function useViewerKeys(onKey: (event: KeyboardEvent) => void): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const take = useEffectEvent(onKey);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { target } = event;
      if (target === document.body || (target instanceof Node && element.current?.contains(target))) take(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return element;
}

/** Whether the arrow keys mean something where the focus is: text, sliders, films, menus. */
export function takesArrows(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof Element &&
    target.closest(
      "input, textarea, select, video, audio, [contenteditable=true], [role=menu], [role=listbox], [role=radiogroup], [role=grid], [data-takes-arrows]",
    ) !== null
  );
}
