import { IconDots } from "@tabler/icons-react";
import { memo, Suspense, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { strings } from "../strings/strings.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import { part } from "../ui/part.ts";
import { EntryIcon } from "./entry-icon.tsx";
import classes from "./entry-card.module.css";
import row from "./entry-row.module.css";
import { EntryMarks, entryState, isTouchFirst, RowAction, type EntryLook } from "./entry-row.tsx";
import { RenameField } from "./rename-field.tsx";

const FilledThumbnail = part(() => import("../thumbnails/entry-thumbnail.tsx").then((file) => file.FilledThumbnail));

export const EntryCard = memo(function EntryCard({ entry, index, ...look }: EntryLook): ReactNode {
  return (
    <div
      role="gridcell"
      className={classes.card}
      aria-selected={look.isSelected}
      tabIndex={look.isTabStop ? 0 : -1}
      draggable={look.isLive && !look.isRenaming && !isTouchFirst()}
      data-id={entry.id}
      data-index={index}
      {...entryState(look)}
    >
      <div className={classes.picture}>
        <Thumbnail key={entry.version} entry={entry} />
        <span className={row.check} data-act="toggle" aria-hidden />
        <span className={classes.cardActions}>
          <RowAction act="menu" label={strings.files.more}>
            <IconDots size={18} stroke={1.7} />
          </RowAction>
        </span>
      </div>
      <div className={classes.caption}>
        <div className={classes.captionName}>
          {look.isRenaming ? (
            <RenameField entry={entry} />
          ) : (
            <span className={row.text} title={entry.name}>
              {entry.name}
            </span>
          )}
          <EntryMarks entry={entry} />
        </div>
        <span className={classes.captionSecond}>
          {entry.type === "folder" ? formatDate(entry.mtime) : `${formatSize(entry.size)} · ${formatDate(entry.mtime)}`}
        </span>
      </div>
    </div>
  );
});

/** What is in a file, as far as it can be seen; everything else as what it is. */
function Thumbnail({ entry }: { readonly entry: Entry }): ReactNode {
  const icon = <EntryIcon entry={entry} size={56} />;
  if (entry.type === "folder" || entry.size === 0) return icon;
  return (
    <Suspense fallback={icon}>
      <FilledThumbnail entry={entry} iconSize={56} />
    </Suspense>
  );
}
