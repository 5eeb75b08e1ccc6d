import type { ReactNode } from "react";
import { thumbnailsIn } from "./account-thumbnails.ts";
import classes from "./entry-thumbnail.module.css";
import type { Pictured } from "./pictured.ts";
import { Thumbnail } from "./thumbnail.tsx";

interface EntryThumbnailProps {
  readonly entry: Pictured;
  /** Pixels of a side. */
  readonly size: number;
}

/** What is in a file of the account's, small, in a square; what it is, where there is nothing to show. */
export function EntryThumbnail({ entry, size }: EntryThumbnailProps): ReactNode {
  return (
    <span className={classes.square} style={{ width: size, height: size }}>
      <FilledThumbnail key={entry.version} entry={entry} iconSize={size} hasLines={false} />
    </span>
  );
}

interface FilledThumbnailProps {
  readonly entry: Pictured;
  /** Pixels. */
  readonly iconSize: number;
  /** Whether there is room for the first lines of a text. */
  readonly hasLines?: boolean;
}

/** The same, as large as what it is in. To be given a key of the version. */
export function FilledThumbnail({ entry, ...look }: FilledThumbnailProps): ReactNode {
  return <Thumbnail file={entry} source={thumbnailsIn(entry.sharedIn)} {...look} />;
}
