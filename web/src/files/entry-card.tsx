import { IconDots } from "@tabler/icons-react";
import { memo, useState, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { strings } from "../strings/strings.ts";
import { fileKind } from "../../../core/file-kind.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import { fileAddress } from "../viewer/file-address.ts";
import { EntryIcon } from "./entry-icon.tsx";
import classes from "./entry-grid.module.css";
import { EntryMarks, entryState, isTouchFirst, RowAction, type EntryLook } from "./entry-row.tsx";
import { RenameField } from "./rename-field.tsx";

/** The largest image, in bytes, that is fetched whole to be shown small. */
const THUMBNAIL_BYTES = 2 * 1024 * 1024;
/** Formats that every browser shows. */
const SHOWN = /\.(png|jpe?g|gif|webp|avif|bmp|ico)$/i;

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
        <span className={classes.check} data-act="toggle" aria-hidden />
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
            <span className={classes.text} title={entry.name}>
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

/** Small images as they are, everything else as what it is. */
function Thumbnail({ entry }: { readonly entry: Entry }): ReactNode {
  const [hasFailed, setFailed] = useState(false);
  const isShown =
    entry.type === "file" &&
    entry.size > 0 &&
    entry.size <= THUMBNAIL_BYTES &&
    fileKind(entry.name) === "image" &&
    SHOWN.test(entry.name);
  if (!isShown || hasFailed) return <EntryIcon entry={entry} size={56} />;
  return (
    <img
      className={classes.thumbnail}
      src={fileAddress(entry.id, entry.version, "inline", entry.sharedIn)}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
}
