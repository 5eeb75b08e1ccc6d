import type { ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry } from "../drive/hooks.ts";
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

/** The folder that an entry is in, asked for where it is not known. */
function Parent({ id }: { readonly id: string | null }): ReactNode {
  const drive = useDrive();
  const parent = useEntry(id ?? drive.root);
  if (id === null || id === drive.root) return strings.files.root;
  return <span title={parent?.name}>{parent?.name ?? "…"}</span>;
}

export const WHERE: Column = {
  id: "where",
  title: () => strings.files.columns.where,
  cell: (entry) => <Parent id={entry.parent} />,
  width: "12rem",
};

export const FROM: Column = { ...WHERE, id: "from", title: () => strings.files.columns.from };

export const DELETED: Column = {
  id: "deleted",
  title: () => strings.files.columns.deleted,
  cell: ({ trashedAt }) => trashedAt !== null && <time title={formatDateTime(trashedAt)}>{formatDate(trashedAt)}</time>,
  width: "8.5rem",
};

export const FOLDER_COLUMNS: readonly Column[] = [MODIFIED, SIZE];
