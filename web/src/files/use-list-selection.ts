import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState, type Dispatch, type SetStateAction } from "react";
import { again, NOTHING_SELECTED, over, settled, type Selection } from "./selection.ts";

/** What a step of the browser's history looked like when it was left. */
interface Look {
  selection: Selection;
  /** Pixels. */
  scrollTop: number;
}

/** By list and step of the history; forgotten with the page. */
const looks = new Map<string, Look>();

/** The look of this step of the history: what it was when the person goes back or forward to it, else a new one. */
export function useLook(list: string): Look {
  const step = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? "" });
  const [first] = useState(() => look(`${step} ${list}`));
  // Where a step follows that shows the same list, e.g. with a file open over it, it has the same look.
  useEffect(() => {
    looks.set(`${step} ${list}`, first);
  }, [step, list, first]);
  return first;
}

function look(key: string): Look {
  return looks.get(key) ?? { selection: NOTHING_SELECTED, scrollTop: 0 };
}

/**
 * The selection of a list of entries, over what the list is now. The setter is stable.
 *
 * @param order - the ids, in the order in which they are shown.
 * @param isPartial - whether more of the list is on its way, which is selected as well where all is.
 */
export function useListSelection(
  order: readonly string[],
  look: Look,
  isPartial = false,
): readonly [Selection, Dispatch<SetStateAction<Selection>>] {
  const [selection, setSelection] = useState(() => again(look.selection));
  const listed = over(selection, order);
  const current = isPartial ? listed : settled(listed);
  if (current !== selection) setSelection(current);
  useEffect(() => {
    look.selection = current;
  }, [look, current]);
  return [current, setSelection];
}
