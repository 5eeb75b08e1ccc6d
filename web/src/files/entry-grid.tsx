import { useMediaQuery } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { ReactNode, RefObject } from "react";
import type { Entry } from "../drive/drive.ts";
import { usePreferences } from "../settings/preferences.ts";
import { strings } from "../strings/strings.ts";
import type { Column } from "./columns.tsx";
import { folderOf } from "../drive/folder-of.ts";
import { useEntryDrops } from "./drag.ts";
import classes from "./entry-grid.module.css";
import { EntryLines } from "./entry-lines.tsx";
import type { ListView } from "./list-preferences.ts";
import { listedEntry } from "./listed-entry.ts";
import type { Order, SortBy } from "./ordered-entries.ts";
import type { Selection } from "./selection.ts";
import { useColumnCount } from "./use-column-count.ts";
import { useGridInput } from "./use-grid-input.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

export interface EntryGridProps {
  /** What the list is, for a screen reader. */
  readonly label: string;
  readonly rows: readonly Entry[];
  /** The rows' ids. */
  readonly ids: readonly string[];
  readonly view: ListView;
  /** Stable. */
  readonly columns: readonly Column[];
  /** Absent: the columns say nothing about the order. */
  readonly order?: Order;
  readonly onOrder?: (by: SortBy) => void;
  readonly selection: Selection;
  readonly onSelect: (change: (selection: Selection) => Selection) => void;
  readonly onOpen: (entry: Entry) => void;
  /** A menu was asked for. */
  readonly onMenu: (at: MenuPlace) => void;
  readonly onStar?: (entry: Entry) => void;
  readonly onDownload?: (entry: Entry) => void;
  /** Backspace. */
  readonly onUp?: () => void;
  readonly renaming?: string | null;
  readonly cut?: ReadonlySet<string>;
  /** Entries of the trash can neither be dragged nor starred. */
  readonly isLive: boolean;
  /** Pixels; where the list is scrolled to at first. */
  readonly scrollTop: number;
  readonly onScroll: (scrollTop: number) => void;
  /** The element that scrolls, for focusing the list from outside. */
  readonly scroller: RefObject<HTMLDivElement | null>;
}

/** Where a menu was asked for, in pixels of the window. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
  /** Whose menu it is; absent: of what is selected. */
  readonly entry?: Entry;
}

/** Puts the focus on the entry of a list that Tab would come to. */
export function focusTabStop(list: HTMLElement | null): void {
  list?.querySelector<HTMLElement>('[data-id][tabindex="0"]')?.focus({ preventScroll: true });
}

const HEADER = 36;
/** Pixels. */
const ROW_HEIGHT = { comfortable: { wide: 44, narrow: 64 }, compact: { wide: 36, narrow: 54 } };
const CARD_HEIGHT = { grid: { wide: 220, narrow: 196 }, gallery: { wide: 288, narrow: 220 } };
const NO_CUT: ReadonlySet<string> = new Set();

/** A list or grid of entries of any length: only what is in view is in the page (SPEC B9, B10). */
export function EntryGrid(props: EntryGridProps): ReactNode {
  const { rows, ids, view, selection, scroller, columns, isLive } = props;
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const across = useColumnCount(scroller, view, isNarrow);
  const { density } = usePreferences();
  const lineHeight = (view === "list" ? ROW_HEIGHT[density] : CARD_HEIGHT[view])[isNarrow ? "narrow" : "wide"];
  const header = view === "list" && !isNarrow ? HEADER : 0;
  const keepFocus = useKeptFocus(scroller);
  const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 400) - header) / lineHeight));
  const input = useGridInput({
    ...props,
    walk: { count: rows.length, columns: across, page },
    onFocusWanted: keepFocus.want,
  });
  const drops = useEntryDrops((event) => {
    const entry = isLive ? listedEntry(rows, event.target)?.entry : undefined;
    return entry?.type === "folder" ? folderOf(entry) : null;
  });

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={view === "list" ? rows.length + 1 : Math.ceil(rows.length / across)}
      aria-multiselectable
      className={classes.scroller}
      data-view={view}
      data-narrow={isNarrow || undefined}
      data-selecting={selection.chosen.length > 0 || undefined}
      onScroll={(event) => props.onScroll(event.currentTarget.scrollTop)}
      {...input}
      {...keepFocus.handlers}
      {...drops.handlers}
    >
      {view === "list" && <Header columns={columns} order={props.order} onOrder={props.onOrder} />}
      <EntryLines
        rows={rows}
        ids={ids}
        across={view === "list" ? null : across}
        columns={columns}
        lineHeight={lineHeight}
        header={header}
        isNarrow={isNarrow}
        selected={selection.chosen}
        focus={ids[selection.focus] ?? null}
        focused={selection.focus}
        keptFocus={keepFocus}
        renaming={props.renaming ?? null}
        cut={props.cut ?? NO_CUT}
        dropTarget={drops.over}
        isLive={isLive}
        scrollTop={props.scrollTop}
      />
    </div>
  );
}

interface HeaderProps extends Pick<EntryGridProps, "columns"> {
  readonly order: Order | undefined;
  readonly onOrder: ((by: SortBy) => void) | undefined;
}

function Header({ columns, order, onOrder }: HeaderProps): ReactNode {
  const title = (text: string, sort: SortBy | undefined): ReactNode => {
    if (sort === undefined || !order || !onOrder) return text;
    const Arrow = order.descending ? IconArrowDown : IconArrowUp;
    return (
      <button type="button" className={classes.sort} onClick={() => onOrder(sort)}>
        {text}
        {order.by === sort && <Arrow size={14} stroke={2} aria-hidden />}
      </button>
    );
  };
  const direction = (sort: SortBy | undefined): "ascending" | "descending" | undefined =>
    sort !== undefined && order?.by === sort ? (order.descending ? "descending" : "ascending") : undefined;
  return (
    <div role="rowgroup" className={classes.header}>
      <div role="row" aria-rowindex={1} className={classes.headerRow}>
        <div role="columnheader" className={classes.nameHeader} aria-sort={direction("name")}>
          {title(strings.files.columns.name, "name")}
        </div>
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            className={column.isNumber ? classes.numberHeader : classes.cellHeader}
            aria-sort={direction(column.sort)}
            style={{ width: column.width }}
          >
            {title(column.title(), column.sort)}
          </div>
        ))}
        <div role="columnheader" className={classes.actionsHeader}>
          <span className={classes.unseen}>{strings.files.columns.actions}</span>
        </div>
      </div>
    </div>
  );
}
