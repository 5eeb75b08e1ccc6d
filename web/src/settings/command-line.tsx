import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import classes from "./command-line.module.css";
import { CopyAction } from "./copy-action.tsx";

interface CommandLineProps {
  /** What it does. */
  readonly about: string;
  readonly command: string;
}

/** A command to be copied into a terminal. */
export function CommandLine({ about, command }: CommandLineProps): ReactNode {
  return (
    <div className={classes.box}>
      <p className={classes.about}>{about}</p>
      <div className={classes.line}>
        <code className={classes.command}>{command}</code>
        <CopyAction value={command} label={strings.settings.about.copyCommand(command)} size="xs" />
      </div>
    </div>
  );
}
