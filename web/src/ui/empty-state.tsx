import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./empty-state.module.css";

interface EmptyStateProps {
  readonly icon: Icon;
  readonly title: string;
  /** Whether it stands for a whole page, whose title it is. */
  readonly isPage?: boolean;
  /** What goes here, and how. */
  readonly text?: ReactNode;
  /** Buttons. */
  readonly children?: ReactNode;
}

/** A place where nothing is yet. */
export function EmptyState({ icon: Look, title, isPage, text, children }: EmptyStateProps): ReactNode {
  const Title = isPage ? "h1" : "h2";
  return (
    <div className={classes.box}>
      <div className={classes.icon}>
        <Look size={36} stroke={1.5} aria-hidden />
      </div>
      <Title className={classes.title}>{title}</Title>
      {text !== undefined && <p className={classes.text}>{text}</p>}
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </div>
  );
}
