import type { ReactNode } from "react";
import classes from "./entry-thumbnail.module.css";

/** The first lines of a text, as on a sheet of paper. Says nothing to a screen reader: the name beside it does. */
export function Lines({ text }: { readonly text: string }): ReactNode {
  return (
    <span className={classes.page} data-thumbnail="lines" aria-hidden>
      {text}
    </span>
  );
}
