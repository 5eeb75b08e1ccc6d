import { useEffect, useState } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { findKnown } from "../files/find-known.ts";
import { runSliced } from "../files/sliced.ts";
import { foundOfEntry, type Found } from "./found.ts";
import { wordsIn } from "./operators.ts";

const NONE: readonly Found[] = [];

/** What this browser has seen whose name holds the words of a query, for want of the server; null: nothing is looked for. */
export function useKnown(query: string | null, most: number): readonly Found[] {
  const drive = useDrive();
  const [known, setKnown] = useState(NONE);
  const words = query === null ? "" : wordsIn(query);
  useEffect(() => {
    if (words === "") {
      setKnown(NONE);
      return undefined;
    }
    return runSliced(findKnown(drive, words, most), (entries) =>
      setKnown(entries.map((entry) => foundOfEntry(drive, entry))),
    );
  }, [drive, words, most]);
  return known;
}
