import type { ReactNode } from "react";
import classes from "./look-label.module.css";

interface LookLabelProps {
  readonly icon: ReactNode;
  readonly text: string;
}

/** One of the ways to look at a list, to choose from: drawn, and named for those who do not see it. */
export function LookLabel({ icon, text }: LookLabelProps): ReactNode {
  return (
    <span className={classes.label} title={text}>
      {icon}
      <span className={classes.text}>{text}</span>
    </span>
  );
}
