import { Link } from "@tanstack/react-router";
import type { DragEventHandler, ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";

interface FolderLinkProps {
  readonly folder: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  /** Whether what is being dragged would be dropped here. */
  readonly "data-drop"?: boolean | undefined;
  readonly onDragEnter?: DragEventHandler;
  readonly onDragOver?: DragEventHandler;
  readonly onDragLeave?: DragEventHandler;
  readonly onDrop?: DragEventHandler;
}

/** A link to a folder's page; the root has one without an id. */
export function FolderLink({ folder, className, ...rest }: FolderLinkProps): ReactNode {
  const drive = useDrive();
  // Dragging a link would drag its address.
  const common = { ...rest, draggable: false, ...(className === undefined ? {} : { className }) };
  if (folder === drive.root) return <Link to="/files" {...common} />;
  return <Link to="/files/$folder" params={{ folder }} {...common} />;
}
