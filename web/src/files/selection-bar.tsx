import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import type { EntryAction } from "./entry-actions.ts";
import classes from "./selection-bar.module.css";

interface SelectionBarProps {
  readonly count: number;
  readonly actions: readonly EntryAction[];
  readonly onClear: () => void;
}

/** What can be done to what is selected, within reach of mouse and thumb. */
export function SelectionBar({ count, actions, onClear }: SelectionBarProps): ReactNode {
  if (count === 0) return null;
  return (
    <div className={classes.bar} role="toolbar" aria-label={strings.files.selected(count)}>
      <button
        type="button"
        className={classes.button}
        onClick={onClear}
        aria-label={strings.files.clearSelection}
        title={strings.files.clearSelection}
      >
        <IconX size={18} aria-hidden />
      </button>
      <span className={classes.count} aria-live="polite">
        {strings.files.selected(count)}
      </span>
      {actions.map(({ id, title, icon: Look, run, isDanger }) => (
        <button
          key={id}
          type="button"
          className={classes.button}
          data-danger={isDanger || undefined}
          onClick={run}
          aria-label={title}
          title={title}
        >
          <Look size={19} stroke={1.7} aria-hidden />
        </button>
      ))}
    </div>
  );
}
