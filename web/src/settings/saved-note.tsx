import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import classes from "./saved-note.module.css";

interface SavedNoteProps {
  readonly isShown: boolean;
  /** Absent: that it is saved. */
  readonly text?: string;
}

/** Beside what was saved. It is there before it says anything, so that it is read out when it does. */
export function SavedNote({ isShown, text = strings.settings.saved }: SavedNoteProps): ReactNode {
  return (
    <span role="status" className={classes.note}>
      {isShown && (
        <>
          <IconCheck size={18} stroke={2.2} aria-hidden /> {text}
        </>
      )}
    </span>
  );
}
