import { IconDots, IconDownload, IconLink, IconStar, IconStarFilled } from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { useIsShared } from "../sharing/shared-nodes.ts";
import { strings } from "../strings/strings.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import type { Column } from "./columns.tsx";
import { EntryIcon } from "./entry-icon.tsx";
import classes from "./entry-row.module.css";
import { RenameField } from "./rename-field.tsx";

/** How one entry stands in its list. All plain values, so that a row is drawn anew only when something about it changed. */
export interface EntryLook {
  readonly entry: Entry;
  readonly index: number;
  readonly isSelected: boolean;
  /** Whether Tab comes to this one. */
  readonly isTabStop: boolean;
  readonly isCut: boolean;
  readonly isDropTarget: boolean;
  readonly isRenaming: boolean;
  /** Whether it can be dragged, starred and the like; not in the trash. */
  readonly isLive: boolean;
}

interface EntryRowProps extends EntryLook {
  readonly columns: readonly Column[];
  /** Pixels from the top of the list. */
  readonly top: number;
  /** Pixels. */
  readonly height: number;
  /** Which buttons there are: those of a row that is not pointed at are not to be seen, and cost more than all else. */
  readonly actions: "all" | "menu" | "none";
  /** Two lines of text in place of columns. */
  readonly isNarrow: boolean;
}

export const EntryRow = memo(function EntryRow({
  entry,
  index,
  columns,
  top,
  height,
  actions,
  isNarrow,
  ...look
}: EntryRowProps): ReactNode {
  return (
    <div
      role="row"
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={look.isSelected}
      tabIndex={look.isTabStop ? 0 : -1}
      draggable={look.isLive && !look.isRenaming && !isTouchFirst()}
      data-id={entry.id}
      data-index={index}
      {...entryState(look)}
      style={{ top, height }}
    >
      <div role="gridcell" className={classes.name}>
        <span className={classes.check} data-act="toggle" aria-hidden />
        <EntryIcon entry={entry} size={24} />
        {look.isRenaming ? (
          <RenameField entry={entry} />
        ) : (
          <span className={classes.texts}>
            <span className={classes.text} title={entry.name}>
              {entry.name}
            </span>
            {isNarrow && <span className={classes.second}>{secondLine(entry)}</span>}
          </span>
        )}
        <EntryMarks entry={entry} />
      </div>
      {!isNarrow &&
        columns.map((column) => (
          <div
            key={column.id}
            role="gridcell"
            className={column.isNumber ? classes.number : classes.cell}
            style={{ width: column.width }}
          >
            {column.cell(entry)}
          </div>
        ))}
      <div role="gridcell" className={classes.actions}>
        {look.isLive && actions === "all" && (
          <>
            {entry.sharedIn === null && (
              <RowAction act="star" label={entry.starred ? strings.files.unstar : strings.files.star}>
                {entry.starred ? <IconStarFilled size={18} /> : <IconStar size={18} stroke={1.7} />}
              </RowAction>
            )}
            <RowAction act="download" label={strings.files.download}>
              <IconDownload size={18} stroke={1.7} />
            </RowAction>
          </>
        )}
        {actions !== "none" && (
          <RowAction act="menu" label={strings.files.more}>
            <IconDots size={18} stroke={1.7} />
          </RowAction>
        )}
      </div>
    </div>
  );
});

/** On a narrow screen, in place of the columns. */
function secondLine(entry: Entry): string {
  const date = formatDate(entry.mtime);
  return entry.type === "folder" ? date : `${formatSize(entry.size)} · ${date}`;
}

/** Attributes that the style sheet and the list's handlers go by. */
export function entryState(look: Omit<EntryLook, "entry" | "index">): Record<string, string | undefined> {
  return {
    "data-selected": look.isSelected ? "" : undefined,
    "data-cut": look.isCut ? "" : undefined,
    "data-drop": look.isDropTarget ? "" : undefined,
    "data-renaming": look.isRenaming ? "" : undefined,
  };
}

/** Small signs beside a name. */
export function EntryMarks({ entry }: { readonly entry: Entry }): ReactNode {
  const isShared = useIsShared(entry.id);
  return (
    <>
      {isShared && <IconLink size={15} className={classes.shared} role="img" aria-label={strings.files.shared} />}
      {entry.starred && (
        <IconStarFilled size={14} className={classes.star} role="img" aria-label={strings.files.starred} />
      )}
      {entry.pending && <span className={classes.pending} role="img" aria-label={strings.files.pending} />}
    </>
  );
}

interface RowActionProps {
  readonly act: string;
  readonly label: string;
  readonly children: ReactNode;
}

/** A button for the mouse; the keyboard has the menu and the shortcuts instead of a tab stop for each. */
export function RowAction({ act, label, children }: RowActionProps): ReactNode {
  return (
    <button type="button" tabIndex={-1} className={classes.action} data-act={act} aria-label={label} title={label}>
      {children}
    </button>
  );
}

/** Where fingers point, a long press selects: it must not begin the browser's own drag. */
export function isTouchFirst(): boolean {
  coarse ??= matchMedia("(pointer: coarse)");
  return coarse.matches;
}

let coarse: MediaQueryList | undefined;
