import { CloseButton } from "@mantine/core";
import { useId, type ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import classes from "./side-panel.module.css";

interface SidePanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What is beside the file; on a phone, over its lower part. */
export function SidePanel({ title, onClose, children }: SidePanelProps): ReactNode {
  const heading = useId();
  return (
    <section className={classes.panel} aria-labelledby={heading} data-takes-arrows>
      <div className={classes.head}>
        <h2 id={heading} className={classes.title}>
          {title}
        </h2>
        <CloseButton aria-label={strings.viewer.close} onClick={onClose} />
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  );
}
