import { useEffect, useState } from "react";

/** Milliseconds without a key until a search is sent. */
const PAUSE = 300;

/** What is typed, and what is searched for: the same a moment later. */
export function useSearch(): {
  readonly typed: string;
  readonly search: string;
  readonly type: (text: string) => void;
} {
  const [typed, type] = useState("");
  const [search, setSearch] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  return { typed, search, type };
}
