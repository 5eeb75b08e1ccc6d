import type { ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { strings } from "../strings/strings.ts";
import { formatDate, formatDateTime, formatSize } from "../ui/format.ts";
import type { SortBy } from "./ordered-entries.ts";

/** A column of a list, beside the name. */
export interface Column {
  readonly id: string;
  readonly title: () => string;
  /** Absent: the list is not sorted by it. */
  readonly sort?: SortBy;
  readonly cell: (entry: Entry) => ReactNode;
  /** A CSS width. */
  readonly width: string;
  readonly isNumber?: boolean;
}

export const MODIFIED: Column = {
  id: "mtime",
  title: () => strings.files.columns.mtime,
  sort: "mtime",
  cell: (entry) => (
    <time dateTime={new Date(entry.mtime).toISOString()} title={formatDateTime(entry.mtime)}>
      {formatDate(entry.mtime)}
    </time>
  ),
  width: "8.5rem",
};

export const SIZE: Column = {
  id: "size",
  title: () => strings.files.columns.size,
  sort: "size",
  cell: (entry) => (entry.type === "folder" ? "–" : formatSize(entry.size)),
  width: "7rem",
  isNumber: true,
};

export const FOLDER_COLUMNS: readonly Column[] = [MODIFIED, SIZE];
