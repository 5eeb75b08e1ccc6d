import { Anchor, CopyButton } from "@mantine/core";
import { IconCheck, IconCloudUpload, IconCopy, IconDevices, IconHistory, IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import { terminalLines } from "../ui/terminal-lines.ts";
import classes from "./empty-drive.module.css";

/** A first look at a drive that has nothing in it: what it is, and the ways in. */
export function EmptyDrive({ children }: { readonly children: ReactNode }): ReactNode {
  const text = strings.files.firstRun;
  const command = terminalLines.signInAndPut(location.origin);
  const virtues = [
    { icon: IconDevices, title: text.everywhere, words: text.everywhereText },
    { icon: IconHistory, title: text.versions, words: text.versionsText },
    { icon: IconLock, title: text.yours, words: text.yoursText },
  ];
  return (
    <div className={classes.page}>
      <div className={classes.drop}>
        <div className={classes.icon}>
          <IconCloudUpload size={44} stroke={1.4} aria-hidden />
        </div>
        <h2 className={classes.title}>{strings.files.emptyDrive}</h2>
        <p className={classes.text}>{strings.files.emptyDriveText}</p>
        <div className={classes.actions}>{children}</div>
      </div>
      <ul className={classes.virtues}>
        {virtues.map(({ icon: Look, title, words }) => (
          <li key={title} className={classes.virtue}>
            <Look size={22} stroke={1.6} aria-hidden />
            <div>
              <h3 className={classes.virtueTitle}>{title}</h3>
              <p className={classes.virtueText}>{words}</p>
            </div>
          </li>
        ))}
      </ul>
      <p className={classes.cli}>
        {strings.files.emptyDriveCli}
        <code className={classes.command}>{command}</code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Anchor component="button" type="button" size="sm" className={classes.copy} onClick={copy}>
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              {copied ? text.copied : text.copy}
            </Anchor>
          )}
        </CopyButton>
      </p>
    </div>
  );
}
