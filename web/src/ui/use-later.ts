import { useEffect, useState } from "react";

/** Milliseconds: the files come first. */
const LATER = 1_000;

/** Whether a second has gone by: for what a page asks for that nobody waits for. */
export function useLater(): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), LATER);
    return () => clearTimeout(timer);
  }, []);
  return isLater;
}
