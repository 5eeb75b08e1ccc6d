import { IconCloudUpload } from "@tabler/icons-react";
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import classes from "./drop-target.module.css";
import { holdsFiles, takeDrop } from "./take-drop.ts";

interface DropTargetProps {
  /** Where to. */
  readonly folder: string;
  /** The folder's name, as the overlay says it. */
  readonly name: string;
  /** False: nothing can be put there, and the browser says so. */
  readonly canDrop: boolean;
  readonly children: ReactNode;
}

/**
 * Takes files and folders of this machine that are dropped on it, or pasted while it is shown. Entries of the drive that are
 * dragged are none of its business.
 */
export function DropTarget({ folder, name, canDrop, children }: DropTargetProps): ReactNode {
  const [isOver, setOver] = useState(false);
  /** Entering a child leaves its parent only afterwards. */
  const depth = useRef(0);
  usePaste(canDrop ? folder : null);

  const watch = (event: DragEvent, step: number): void => {
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    depth.current = Math.max(0, depth.current + step);
    setOver(canDrop && depth.current > 0);
  };
  const drop = (event: DragEvent): void => {
    depth.current = 0;
    setOver(false);
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    if (!canDrop) return;
    void takeDrop(folder, event.dataTransfer);
  };
  const over = (event: DragEvent): void => {
    if (!holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = canDrop ? "copy" : "none";
  };
  return (
    <div
      className={classes.target}
      onDragEnter={(event) => watch(event, 1)}
      onDragLeave={(event) => watch(event, -1)}
      onDragOver={over}
      onDrop={drop}
    >
      {children}
      {isOver && (
        <div className={classes.overlay} aria-hidden>
          <div className={classes.label}>
            <IconCloudUpload size={28} /> {strings.files.drop.into(name)}
          </div>
        </div>
      )}
    </div>
  );
}

/** Files that are pasted, e.g. a picture of the screen; not where somebody types. */
function usePaste(folder: string | null): void {
  useEffect(() => {
    if (folder === null) return undefined;
    const onPaste = (event: ClipboardEvent): void => {
      const { clipboardData } = event;
      if (event.defaultPrevented || !clipboardData || !holdsFiles(clipboardData)) return;
      // Spreadsheets give a picture along with the text that is pasted into an editor, whose shadow hides its field.
      if (isTyping(event.composedPath()[0] ?? null) || document.querySelector('[aria-modal="true"]')) return;
      event.preventDefault();
      void takeDrop(folder, clipboardData);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [folder]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea"));
}
