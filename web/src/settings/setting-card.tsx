import { useId, type ReactNode, type Ref } from "react";
import classes from "./setting-card.module.css";

interface SettingCardProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** Beside the title: a state, or a button. */
  readonly aside?: ReactNode;
  /** The heading, to be given the focus when what had it is gone. */
  readonly headingRef?: Ref<HTMLHeadingElement> | undefined;
  readonly children?: ReactNode;
}

/** One thing to set, or one list: what it is, and its controls. */
export function SettingCard({ title, text, aside, headingRef, children }: SettingCardProps): ReactNode {
  const id = useId();
  return (
    <div role="group" className={classes.card} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id} ref={headingRef} tabIndex={-1} className={classes.title}>
          {title}
        </h2>
        {aside}
      </div>
      {text !== undefined && <p className={classes.text}>{text}</p>}
      {children !== undefined && <div className={classes.body}>{children}</div>}
    </div>
  );
}
