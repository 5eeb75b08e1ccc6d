import type { ReactNode } from "react";
import { strings } from "../strings/guest.ts";
import { Logo } from "../ui/logo.tsx";
import classes from "./guest-frame.module.css";

interface GuestFrameProps {
  /** Whether the content has the whole width and height, and scrolls by itself. */
  readonly isFilled?: boolean;
  readonly children: ReactNode;
}

/** Around everything that a guest sees: quiet, so that what is shared is what is seen. */
export function GuestFrame({ isFilled, children }: GuestFrameProps): ReactNode {
  return (
    <div className={classes.frame}>
      <header className={classes.header}>
        <Logo size={26} />
        <span className={classes.brand}>{strings.app.name}</span>
      </header>
      <main className={isFilled ? classes.filled : classes.main}>{children}</main>
    </div>
  );
}
