import { useState, type KeyboardEvent } from "react";

/** What is in a field without what an input method is still composing in it, and the handlers by which that is known. */
export function useComposed(typed: string) {
  /** What was there before; null: nothing is being composed. */
  const [before, setBefore] = useState<string | null>(null);
  const handlers = { onCompositionStart: () => setBefore(typed), onCompositionEnd: () => setBefore(null) };
  return [before ?? typed, handlers] as const;
}

/** Whether a key is the input method's. Safari tells of the one that ends a composition after its end, by this code. */
export function isOfComposition({ nativeEvent, keyCode }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || keyCode === 229;
}
