import { useEffect, useRef, type KeyboardEvent, type RefObject } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { walk } from "../files/list-keys.ts";

interface ListFocusOptions {
  readonly list: RefObject<HTMLElement | null>;
  readonly nodes: readonly SharedNode[];
  /** How many entries a line has. */
  readonly across: number;
  /** The index of the entry that the tab key comes to. */
  readonly current: number;
  readonly onCurrent: (id: string) => void;
  /** The file that is open over the list. */
  readonly viewed: string | undefined;
  /** Null: nothing can be done with what would be chosen. */
  readonly onToggle: ((id: string) => void) | null;
  /** Scrolls an entry into view. */
  readonly reveal: (index: number) => void;
}

/**
 * One tab stop for a list of any length (SPEC B10): arrows, Home and End walk through the entries, the space bar chooses one,
 * and the focus comes back to what was looked at last. An entry is found by `data-node`, its link is what has the focus.
 */
export function useListFocus(options: ListFocusOptions): (event: KeyboardEvent) => void {
  const { list, nodes, across, current, onCurrent, viewed, onToggle, reveal } = options;
  const wanted = useRef<string | null>(null);
  const lastViewed = useRef(viewed);
  const walkTo = (index: number): void => {
    const node = nodes[index];
    if (!node) return;
    wanted.current = node.id;
    onCurrent(node.id);
    reveal(index);
  };

  useEffect(() => {
    if (viewed === lastViewed.current) return;
    const left = lastViewed.current;
    lastViewed.current = viewed;
    if (viewed !== undefined) onCurrent(viewed);
    else walkTo(nodes.findIndex(({ id }) => id === left));
  });
  // What is walked to may be drawn only once the list has scrolled.
  useEffect(() => {
    if (wanted.current === null) return;
    const link = list.current?.querySelector<HTMLElement>(`[data-node="${wanted.current}"] a`);
    if (!link) return;
    wanted.current = null;
    link.focus({ preventScroll: true });
  });

  return (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const node = nodes[current];
    const isLink = event.target instanceof HTMLAnchorElement;
    // By pages the list scrolls, and the focus stays.
    const to = event.key.startsWith("Page")
      ? null
      : walk(event.key, current, { count: nodes.length, columns: across, page: 1 });
    if (to !== null) walkTo(to);
    else if (event.key === " " && isLink && node && onToggle) onToggle(node.id);
    else return;
    event.preventDefault();
  };
}
