import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { Transfer } from "../../../protocol/transfers.ts";
import { strings } from "../strings/transfers.ts";
import { formatNumber } from "../ui/format.ts";
import classes from "../uploads/upload-tray.module.css";
import { dismiss, isLeftOver, useDismissed } from "./dismissed.ts";
import { isGoingOn } from "./transfer-requests.ts";
import { TransferRow } from "./transfer-row.tsx";
import rows from "./transfer-tray.module.css";

/** Milliseconds: what is through before is a move like any other, and shows none of this. */
const LONG = 1_200;

/** Moves into other spaces that take a while, or failed; beside the uploads, and drawn as those are. */
export function TransferTray({ transfers }: { readonly transfers: readonly Transfer[] }): ReactNode {
  const text = strings.transfers;
  const shown = useShown(transfers);
  const [isOpen, setOpen] = useState(hasRoom);
  const going = shown.filter(isGoingOn).length;
  const failed = shown.filter(({ state }) => state === "failed").length;
  const announcement = useAnnouncement(going, failed);
  if (shown.length === 0) return null;
  const count = (said: (count: number, shown: string) => string, of: number): string => said(of, formatNumber(of));
  return (
    <section className={classes.tray} aria-label={text.title}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h2 className={classes.title}>
            {going > 0
              ? count(text.moving, going)
              : failed > 0
                ? count(text.failedCount, failed)
                : count(text.done, shown.length)}
          </h2>
          <p className={classes.speed}>{going > 0 && text.note}</p>
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-expanded={isOpen}
          aria-label={isOpen ? text.collapse : text.expand}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <IconChevronDown size={20} aria-hidden /> : <IconChevronUp size={20} aria-hidden />}
        </ActionIcon>
        {going === 0 && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={text.close}
            onClick={() => dismiss(shown.map(({ id }) => id))}
          >
            <IconX size={20} aria-hidden />
          </ActionIcon>
        )}
      </header>
      {isOpen && (
        <ul className={rows.list} aria-label={text.list} tabIndex={0}>
          {shown.map((transfer) => (
            <li key={transfer.id} className={rows.place}>
              <TransferRow transfer={transfer} />
            </li>
          ))}
        </ul>
      )}
      <p className={classes.spoken} aria-live="polite">
        {announcement}
      </p>
    </section>
  );
}

/** On a phone the list would hide the files. */
function hasRoom(): boolean {
  return matchMedia("(min-width: 48em)").matches;
}

/** What goes on for long, what failed, and what is through of what was shown. */
function useShown(transfers: readonly Transfer[]): readonly Transfer[] {
  const dismissed = useDismissed();
  const long = useLong(transfers);
  return transfers.filter((transfer) => {
    const { id, state } = transfer;
    if (isGoingOn(transfer)) return long.has(id);
    return isLeftOver(transfer, dismissed) || (state === "done" && long.has(id) && !dismissed.has(id));
  });
}

/** The ids of those that this page has seen go on for a while. */
function useLong(transfers: readonly Transfer[]): ReadonlySet<string> {
  const since = useRef(new Map<string, number>());
  const [long, setLong] = useState<ReadonlySet<string>>(() => new Set());
  useEffect(() => {
    const now = Date.now();
    const due = new Map<string, number>();
    for (const transfer of transfers) {
      if (!isGoingOn(transfer) || long.has(transfer.id)) continue;
      const begun = since.current.get(transfer.id) ?? now;
      since.current.set(transfer.id, begun);
      due.set(transfer.id, begun + LONG);
    }
    if (due.size === 0) return undefined;
    const timer = setTimeout(
      () => {
        const over = [...due].filter(([, at]) => at <= Date.now()).map(([id]) => id);
        setLong((was) => new Set([...was, ...over]));
      },
      Math.min(...due.values()) - now,
    );
    return () => clearTimeout(timer);
  }, [transfers, long]);
  return long;
}

/** What a screen reader is told; never the progress. */
function useAnnouncement(going: number, failed: number): string {
  const [said, say] = useState("");
  const before = useRef({ going: 0, failed: 0 });
  useEffect(() => {
    const { announce } = strings.transfers;
    const last = before.current;
    before.current = { going, failed };
    if (failed > last.failed) say(announce.failed);
    else if (going > last.going) say(announce.begun);
    else if (going === 0 && last.going > 0) say(announce.done);
  }, [going, failed]);
  return said;
}
