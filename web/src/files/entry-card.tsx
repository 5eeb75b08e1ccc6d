import { IconDots } from "@tabler/icons-react";
import { memo, useState, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { strings } from "../strings/strings.ts";
import { fileKind } from "../../../core/file-kind.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import { fileAddress, thumbnailAddress } from "../viewer/file-address.ts";
import { EntryIcon } from "./entry-icon.tsx";
import classes from "./entry-grid.module.css";
import { EntryMarks, entryState, isTouchFirst, RowAction, type EntryLook } from "./entry-row.tsx";
import { RenameField } from "./rename-field.tsx";

/** Up to here, in bytes, an image is fetched as it is: a thumbnail would save little, and comes later. */
const SMALL_BYTES = 128 * 1024;
/** The largest image, in bytes, that is fetched whole to be shown small. */
const THUMBNAIL_BYTES = 2 * 1024 * 1024;
/** Formats that every browser shows. */
const SHOWN = /\.(png|jpe?g|gif|webp|avif|bmp|ico)$/i;
/** Formats that the server makes thumbnails of (H1). */
const MADE = /\.(png|jpe|jpe?g|gif|webp)$/i;

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

/**
 * Small pictures as they are, others by the thumbnail that the server made of them, or as they are where it has none yet.
 * Everything else as what it is.
 */
function Thumbnail({ entry }: { readonly entry: Entry }): ReactNode {
  const sources = pictureSources(entry);
  const [failed, setFailed] = useState(0);
  const source = sources[failed];
  if (source === undefined) return <EntryIcon entry={entry} size={56} />;
  return (
    <img
      key={source}
      className={classes.thumbnail}
      src={source}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(failed + 1)}
    />
  );
}

/** Where a picture may be had from, the first one first. */
function pictureSources({ id, version, name, type, size, sharedIn }: Entry): string[] {
  if (type !== "file" || size === 0 || fileKind(name) !== "image") return [];
  const whole = size <= THUMBNAIL_BYTES && SHOWN.test(name) ? [fileAddress(id, version, "inline", sharedIn)] : [];
  if (size <= SMALL_BYTES || !MADE.test(name)) return whole;
  return [thumbnailAddress(id, version, sharedIn), ...whole];
}
