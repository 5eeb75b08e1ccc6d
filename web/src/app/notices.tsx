import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, type ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import type { Drive, EditOutcome } from "../drive/drive.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/strings.ts";
import { errorCodeText } from "../ui/error-text.ts";
import { formatNumber } from "../ui/format.ts";
import classes from "./notices.module.css";

/** Milliseconds. Long enough to read, and to reach for Undo. */
const SHOWN_FOR = 7000;
/** Names that are told one by one. */
const NAMED = 3;

/** Tells of every edit's outcome, with the way back where there is one (B7), and why where it was refused. */
export function Notices(): ReactNode {
  const drive = useDrive();
  useEffect(
    () =>
      drive.onOutcome((outcome) => {
        if (outcome.done.length > 0 && outcome.label !== "") tellDone(outcome);
        const failed = outcome.failed.filter(({ code }) => code !== outcome.asksAbout);
        if (failed.length > 0) tellFailed(drive, failed);
      }),
    [drive],
  );
  return null;
}

function tellDone({ label, undo }: EditOutcome): void {
  const id = notifications.show({
    message: (
      <div className={classes.notice}>
        <span className={classes.label}>{label}</span>
        {undo && (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              notifications.hide(id);
              void undo();
            }}
          >
            {strings.app.undo}
          </Button>
        )}
      </div>
    ),
    autoClose: SHOWN_FOR,
    withBorder: true,
  });
}

function tellFailed(drive: Drive, failed: EditOutcome["failed"]): void {
  notifications.show({
    color: "red",
    title: strings.errors.title,
    message: (
      <ul className={classes.failures}>
        {reasons(drive, failed).map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    ),
    autoClose: SHOWN_FOR * 2,
    withBorder: true,
  });
}

/** One line for each reason, with the names that it kept from it. */
function reasons(drive: Drive, failed: EditOutcome["failed"]): string[] {
  const byReason = Map.groupBy(failed, ({ code, detail }) => errorCodeText(code, detail));
  return [...byReason].map(([reason, all]) => {
    const names = all.flatMap(({ node }) => (node === null ? [] : (drive.entry(node)?.name ?? [])));
    if (names.length > 0 && names.length === all.length && names.length <= NAMED) {
      return strings.app.failedFor(names.map(isolated).join(", "), reason);
    }
    return all.length > 1 ? strings.app.failedMany(formatNumber(all.length), reason) : reason;
  });
}
