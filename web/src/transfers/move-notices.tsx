import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import classes from "../app/notices.module.css";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/transfers.ts";
import { errorCodeText } from "../ui/error-text.ts";
import { formatNumber } from "../ui/format.ts";

/** Milliseconds, as of other edits. */
const SHOWN_FOR = 7000;
/** Names that are told one by one. */
const NAMED = 3;

export interface NotMoved {
  readonly name: string;
  readonly code: string;
  readonly detail: string;
}

/** Why something could not be moved into another space, and what to do. */
export function transferProblem(code: string, detail: string): string {
  const { problems } = strings.transfers;
  return Object.hasOwn(problems, code) ? (problems[code] ?? "") : errorCodeText(code, detail);
}

/** @param onUndo - Null where it is no way back. */
export function tellMoved(label: string, onUndo: (() => void) | null): void {
  const id = notifications.show({
    message: (
      <div className={classes.notice}>
        <span className={classes.label}>{label}</span>
        {onUndo && (
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              notifications.hide(id);
              onUndo();
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

export function tellNotMoved(failed: readonly NotMoved[]): void {
  const byReason = Map.groupBy(failed, ({ code, detail }) => transferProblem(code, detail));
  const reasons = [...byReason].map(([reason, all]) =>
    all.length <= NAMED
      ? strings.app.failedFor(all.map(({ name }) => isolated(name)).join(", "), reason)
      : strings.app.failedMany(formatNumber(all.length), reason),
  );
  notifications.show({
    color: "red",
    title: strings.transfers.notMoved,
    message: (
      <ul className={classes.failures}>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    ),
    autoClose: 2 * SHOWN_FOR,
    withBorder: true,
  });
}
