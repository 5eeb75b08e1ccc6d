import { useCallback, useEffect, useLayoutEffect, useRef, useState, type PointerEvent, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { folderOf } from "../drive/folder-of.ts";
import type { Column } from "./columns.tsx";
import { EntryCard } from "./entry-card.tsx";
import classes from "./entry-grid.module.css";
import { EntryRow, type EntryLook } from "./entry-row.tsx";
import { holds, type Ranges } from "./ranges.ts";
import { useFollowedFocus, type KeptFocus } from "./use-kept-focus.ts";
import { useLineWindow, useReveal } from "./use-line-window.ts";

interface EntryLinesProps {
  readonly rows: readonly Entry[];
  readonly ids: readonly string[];
  /** How many cards a line has; null for rows. */
  readonly across: number | null;
  readonly columns: readonly Column[];
  /** Pixels. */
  readonly lineHeight: number;
  /** Pixels of the header, which stays in view. */
  readonly header: number;
  readonly isNarrow: boolean;
  /** Indices. */
  readonly selected: Ranges;
  /** Id and index of the entry that has the list's focus. */
  readonly focus: string | null;
  readonly focused: number;
  readonly keptFocus: KeptFocus;
  readonly renaming: string | null;
  readonly cut: ReadonlySet<string>;
  readonly dropTarget: string | null;
  readonly isLive: boolean;
  /** Pixels; where the list is scrolled to at first. */
  readonly scrollTop: number;
}

/** Pixels above the first line of cards, and below the last line: for the bar of what is selected and the phone's button. */
const ABOVE_CARDS = 12;
const BELOW = 88;

/** What of a list is in the page. Scrolling draws this anew and nothing around it. */
export function EntryLines(props: EntryLinesProps): ReactNode {
  const { rows, ids, across, columns, lineHeight, header, isNarrow, isLive, focused } = props;
  const body = useRef<HTMLDivElement>(null);
  const perLine = across ?? 1;
  const count = Math.ceil(rows.length / perLine);
  const above = header + (across === null ? 0 : ABOVE_CARDS);
  const revealLine = useReveal({ body, lineHeight, above, header });
  const reveal = useCallback((index: number) => revealLine(Math.floor(index / perLine)), [revealLine, perLine]);
  useRestoredScroll(body, props.scrollTop, focused, reveal);
  const { from, to } = useLineWindow({ body, count, lineHeight, above, header });
  useFollowedFocus(props.keptFocus, body, props.focus, focused, reveal);
  const [pointedAt, pointing] = usePointedAt();

  const look = (entry: Entry, index: number): EntryLook => ({
    entry,
    index,
    isSelected: holds(props.selected, index),
    isTabStop: index === Math.max(0, focused),
    isCut: props.cut.has(entry.id),
    isDropTarget: props.dropTarget !== null && props.dropTarget === folderOf(entry),
    isRenaming: props.renaming === entry.id,
    isLive,
  });
  const line = (at: number): ReactNode => {
    const top = above - header + at * lineHeight;
    if (across === null) {
      const entry = rows[at];
      if (!entry) return null;
      const actions = isNarrow ? "menu" : pointedAt === entry.id || at === focused ? "all" : "none";
      return (
        <EntryRow
          key={entry.id}
          {...look(entry, at)}
          columns={columns}
          top={top}
          height={lineHeight}
          actions={actions}
          isNarrow={isNarrow}
        />
      );
    }
    const first = at * across;
    return (
      <CardLine key={ids[first]} index={at} top={top} height={lineHeight} across={across}>
        {rows.slice(first, first + across).map((entry, column) => (
          <EntryCard key={entry.id} {...look(entry, first + column)} />
        ))}
      </CardLine>
    );
  };
  const lines = Array.from({ length: to - from }, (_, at) => from + at);
  // What has the focus stays in the page, so that the keyboard does not fall out of the list.
  const focusedLine = Math.floor(focused / perLine);
  if (focused >= 0 && focusedLine < from) lines.unshift(focusedLine);
  else if (focused >= 0 && focusedLine >= to) lines.push(focusedLine);
  const height = above - header + count * lineHeight + BELOW;
  return (
    <div ref={body} role="rowgroup" className={classes.body} style={{ height }} {...pointing}>
      {lines.map(line)}
    </div>
  );
}

interface CardLineProps {
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly across: number;
  readonly children: ReactNode;
}

function CardLine({ index, top, height, across, children }: CardLineProps): ReactNode {
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      className={classes.line}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: `repeat(${across}, 1fr)` }}
    >
      {children}
    </div>
  );
}

/** Milliseconds that a mouse rests on an entry before its buttons come: in a list that scrolls under it, it does not. */
const REST = 50;

/** The entry that a mouse rests on: only that one's buttons are in the page. */
function usePointedAt(): readonly [
  string | null,
  { readonly onPointerOver: (event: PointerEvent) => void; readonly onPointerLeave: () => void },
] {
  const [id, setId] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const point = (to: string | null): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setId(to), REST);
  };
  return [
    id,
    {
      onPointerOver: (event) => point((event.target as Element).closest<HTMLElement>("[data-id]")?.dataset.id ?? null),
      onPointerLeave: () => point(null),
    },
  ];
}

/** Goes to where the list was left; in another view of it, to what had the focus. */
function useRestoredScroll(
  body: { readonly current: HTMLElement | null },
  scrollTop: number,
  focused: number,
  reveal: (index: number) => void,
): void {
  const isDone = useRef(false);
  useLayoutEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    if (scrollTop > 0) body.current?.parentElement?.scrollTo({ top: scrollTop });
    else if (focused > 0) reveal(focused);
  }, [body, scrollTop, focused, reveal]);
}
