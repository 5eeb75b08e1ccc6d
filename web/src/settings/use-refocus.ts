import { useCallback, useRef, type RefObject } from "react";

/** Milliseconds after which a dialog that closes has given the focus back to what opened it. */
const GIVEN_BACK = 40;

/** To be called where what opened a dialog is gone with what it was about: the focus goes to the list's heading. */
export function useRefocus(): {
  readonly headingRef: RefObject<HTMLHeadingElement | null>;
  readonly refocus: () => void;
} {
  const headingRef = useRef<HTMLHeadingElement>(null);
  const refocus = useCallback(() => {
    setTimeout(() => headingRef.current?.focus(), GIVEN_BACK);
  }, []);
  return { headingRef, refocus };
}
