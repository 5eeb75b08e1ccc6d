import { useElementSize, useMergedRef } from "@mantine/hooks";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import type { GuestLook } from "./guest-look.ts";
import classes from "./shared-entries.module.css";
import { SharedCard, SharedRow } from "./shared-entry.tsx";
import { useListFocus } from "./use-list-focus.ts";

interface SharedEntriesProps {
  readonly label: string;
  readonly nodes: readonly SharedNode[];
  readonly look: GuestLook;
  readonly chosen: ReadonlySet<string>;
  /** Null: nothing can be done with what would be chosen. */
  readonly onChoose: ((chosen: ReadonlySet<string>) => void) | null;
  readonly onDownload: ((node: SharedNode) => void) | null;
  /** The id of the entry that the tab key comes to; null: the first. */
  readonly current: string | null;
  readonly onCurrent: (id: string) => void;
  /** The file that is open over the list. */
  readonly viewed: string | undefined;
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** Pixels. */
const ROW = 60;
const CARDS = {
  grid: { wide: { least: 150, height: 210 }, narrow: { least: 150, height: 196 } },
  gallery: { wide: { least: 264, height: 288 }, narrow: { least: 216, height: 220 } },
};
const GAP = 12;
const PADDING = { list: 8, grid: 16, gallery: 16 };
/** A narrower list is of a phone. */
const NARROW = 768;

/** Entries one below the other or as cards; drawn as far as they are seen. */
export function SharedEntries(props: SharedEntriesProps): ReactNode {
  const { label, nodes, look, chosen, onChoose, onDownload, hasMore, onMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(scroller, measured);
  const { across, height } = linesOf(look, width);
  const lines = Math.ceil(nodes.length / across);
  const current = Math.max(
    0,
    nodes.findIndex(({ id }) => id === props.current),
  );
  const currentLine = Math.floor(current / across);
  const virtualizer = useVirtualizer({
    count: lines,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    paddingStart: PADDING[look],
    // The bar of what is chosen lies over the end.
    paddingEnd: 80,
    scrollPaddingEnd: 80,
    // What the tab key comes to stays in the page.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), currentLine])].toSorted((a, b) => a - b),
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, height]);
  const isMeasured = width > 0;
  useLayoutEffect(() => {
    // In another look of the same list: to where one was.
    if (isMeasured && currentLine > 0) virtualizer.scrollToIndex(currentLine, { align: "auto" });
  }, [virtualizer, isMeasured]);
  const drawn = virtualizer.getVirtualItems();
  const isAtEnd = (virtualizer.range?.endIndex ?? 0) >= lines - 3;
  useEffect(() => {
    if (hasMore && isAtEnd) onMore();
  }, [hasMore, isAtEnd, onMore]);

  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose?.(next);
  };
  const onKeyDown = useListFocus({
    list: scroller,
    nodes,
    across,
    current,
    onCurrent: props.onCurrent,
    viewed: props.viewed,
    onToggle: onChoose && toggle,
    reveal: (index) => virtualizer.scrollToIndex(Math.floor(index / across), { align: "auto" }),
  });
  const Entry = look === "list" ? SharedRow : SharedCard;
  return (
    <div ref={ref} className={classes.scroller} data-view={look} data-choosing={chosen.size > 0 || undefined}>
      <ul
        className={classes.list}
        aria-label={label}
        style={{ height: virtualizer.getTotalSize() }}
        onKeyDown={onKeyDown}
        onFocus={({ target }) => {
          const id = target.closest<HTMLElement>("[data-node]")?.dataset.node;
          if (id !== undefined && id !== props.current) props.onCurrent(id);
        }}
      >
        {drawn.flatMap(({ index: line, start }) =>
          nodes.slice(line * across, (line + 1) * across).map((node, column) => {
            const index = line * across + column;
            const isChosen = chosen.has(node.id);
            return (
              <li
                key={node.id}
                className={look === "list" ? classes.row : classes.card}
                style={look === "list" ? rowPlace(start) : cardPlace(start, column, across, height)}
                aria-setsize={hasMore ? -1 : nodes.length}
                aria-posinset={index + 1}
                data-node={node.id}
                data-chosen={isChosen || undefined}
              >
                <Entry
                  node={node}
                  isChosen={isChosen}
                  isTabStop={index === current}
                  onToggle={onChoose && (() => toggle(node.id))}
                  onDownload={onDownload && (() => onDownload(node))}
                />
              </li>
            );
          }),
        )}
      </ul>
    </div>
  );
}

/** How many entries a line has in a list of some width, and the line's height with the gap below it; pixels. */
function linesOf(look: GuestLook, width: number): { readonly across: number; readonly height: number } {
  if (look === "list") return { across: 1, height: ROW };
  const { least, height } = CARDS[look][width < NARROW ? "narrow" : "wide"];
  const across = Math.max(2, Math.floor((width - PADDING[look] * 2 + GAP) / (least + GAP)));
  return { across, height: height + GAP };
}

function rowPlace(start: number) {
  return { height: ROW, transform: `translateY(${start}px)` };
}

function cardPlace(start: number, column: number, across: number, height: number) {
  const width = `calc((100% - ${PADDING.grid * 2 + GAP * (across - 1)}px) / ${across})`;
  const left = `calc(${PADDING.grid + column * GAP}px + ${width} * ${column})`;
  return { height: height - GAP, width, left, transform: `translateY(${start}px)` };
}
