import { useLayoutEffect, useRef, type FocusEvent, type RefObject } from "react";

/** Whether the page's focus is in a list, and where. */
export interface KeptFocus {
  /** Takes the focus to where the list's is, at the next drawing. */
  readonly want: () => void;
  readonly handlers: { readonly onFocus: (event: FocusEvent) => void; readonly onBlur: (event: FocusEvent) => void };
  readonly isWanted: RefObject<boolean>;
  readonly isInList: RefObject<boolean>;
  /** The entry that has it. */
  readonly shown: RefObject<string | null>;
}

/** Knows whether a list has the page's focus, with the handlers that are to be on the list. */
export function useKeptFocus(list: RefObject<HTMLElement | null>): KeptFocus {
  const isInList = useRef(false);
  const isWanted = useRef(false);
  const shown = useRef<string | null>(null);
  return {
    isWanted,
    isInList,
    shown,
    want: () => {
      isWanted.current = true;
    },
    handlers: {
      onFocus: (event) => {
        isInList.current = true;
        const row = event.target.closest<HTMLElement>("[data-id]");
        if (row) shown.current = row.dataset.id ?? null;
      },
      onBlur: (event) => {
        const from = event.target;
        if (list.current?.contains(event.relatedTarget)) return;
        // An element that was taken out of the page had the focus until then: it is still the list's.
        queueMicrotask(() => {
          if (from.isConnected) isInList.current = false;
        });
      },
    },
  };
}

/**
 * Lets the page's focus follow the list's: to the entry that the keyboard went to, and to the neighbour where the entry that
 * had it is gone. A list that does not have the focus does not take it. To be called by what draws the entries, which are
 * in `body`.
 *
 * @param reveal - scrolls to the entry of this index.
 */
export function useFollowedFocus(
  { isWanted, isInList, shown }: Pick<KeptFocus, "isWanted" | "isInList" | "shown">,
  body: RefObject<HTMLElement | null>,
  id: string | null,
  index: number,
  reveal: (index: number) => void,
): void {
  // Before the focus is given, after which it is not wanted any more.
  useLayoutEffect(() => {
    if (!isWanted.current || index < 0) return;
    reveal(index);
  }, [isWanted, index, reveal]);

  // After every drawing: the entry may come into the page only once the list has scrolled to it.
  useLayoutEffect(() => {
    if (id === null) return;
    const isElsewhere = shown.current !== id;
    if (!isWanted.current && !(isInList.current && isElsewhere)) return;
    const element = body.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    if (!element) return;
    if (!element.contains(document.activeElement)) element.focus({ preventScroll: true });
    shown.current = id;
    isWanted.current = false;
  });
}
