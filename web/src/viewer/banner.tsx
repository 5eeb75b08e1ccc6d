import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./banner.module.css";

interface BannerProps {
  readonly text: string;
  readonly action?: string;
  readonly onAction?: () => void;
  readonly isWarning?: boolean;
  /** More buttons. */
  readonly children?: ReactNode;
}

/** Something about the file that changes what is to be made of it. */
export function Banner({ text, action, onAction, isWarning, children }: BannerProps): ReactNode {
  return (
    <div className={classes.banner} data-warning={isWarning || undefined} role="status" data-no-swipe>
      <p className={classes.text}>{text}</p>
      <div className={classes.actions}>
        {action !== undefined && (
          <Button size="compact-sm" variant="default" onClick={onAction}>
            {action}
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}
