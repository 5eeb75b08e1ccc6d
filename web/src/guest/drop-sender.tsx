import { Button } from "@mantine/core";
import { IconCircleCheckFilled, IconCloudUpload, IconFilePlus, IconFolderPlus } from "@tabler/icons-react";
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from "react";
import { strings } from "../strings/guest.ts";
import { formatDateTime, formatPercent, formatRate, formatSize } from "../ui/format.ts";
import { pick } from "../uploads/pick.ts";
import { inOrder, share, summarize } from "../uploads/summary.ts";
import { holdsFiles, readTransfer } from "../uploads/take-drop.ts";
import { UploadList } from "../uploads/upload-rows.tsx";
import { problemText, timeText } from "../uploads/upload-text.ts";
import { useAnnouncement } from "../uploads/use-announcement.ts";
import { useSpeed, type ShownUploads, type Speed } from "../uploads/use-uploads.ts";
import { DropLine } from "./drop-line.ts";
import type { KnownGuest } from "./drop-place.ts";
import classes from "./drop-sender.module.css";
import { GuestFrame } from "./guest-frame.tsx";
import { useOpenedLink } from "./opened-link.ts";

interface DropSenderProps {
  readonly guest: KnownGuest;
  /** To go on under another name. */
  readonly onLeave: () => void;
}

/** Takes a guest's files and folders, and says how far they are; nothing else is seen. */
export function DropSender({ guest, onLeave }: DropSenderProps): ReactNode {
  const text = strings.guest.drop;
  const { secret, name: place, note, by, maxUploadBytes, expiresAt } = useOpenedLink();
  const line = DropLine.of(secret, guest);
  const shown = useShown(line);
  const { summary } = shown;
  const announcement = useAnnouncement(shown);
  const isOver = useDropZone(line);
  const limits = [
    text.as(guest.name),
    maxUploadBytes !== null && text.limit(formatSize(maxUploadBytes)),
    expiresAt !== null && strings.guest.until(formatDateTime(expiresAt)),
  ].filter((limit) => typeof limit === "string");
  const take = (isFolder: boolean): void => pick(isFolder, (uploads) => void line.add(uploads));
  const isThrough = summary.files > 0 && summary.done === summary.files;
  return (
    <GuestFrame isFilled>
      <div className={classes.page}>
        <div className={classes.column}>
          <h1 className={classes.title}>{text.title(place)}</h1>
          <p className={classes.facts}>
            {limits.join(" · ")}
            {summary.files === summary.done && (
              <Button variant="subtle" size="compact-sm" onClick={onLeave}>
                {text.change}
              </Button>
            )}
          </p>
          {note !== null && note !== "" && <p className={classes.note}>{note}</p>}
          <div className={classes.zone} data-over={isOver || undefined}>
            <IconCloudUpload className={classes.cloud} size={40} stroke={1.4} aria-hidden />
            <p className={classes.area}>{matchMedia("(pointer: coarse)").matches ? text.areaPhone : text.area}</p>
            <div className={classes.pickers}>
              <Button leftSection={<IconFilePlus size={18} aria-hidden />} onClick={() => take(false)}>
                {text.chooseFiles}
              </Button>
              <Button
                variant="default"
                leftSection={<IconFolderPlus size={18} aria-hidden />}
                onClick={() => take(true)}
              >
                {text.chooseFolder}
              </Button>
            </div>
          </div>
          {isThrough && (
            <div className={classes.sent}>
              <IconCircleCheckFilled size={26} aria-hidden />
              <div>
                <h2 className={classes.sentTitle}>{summary.done === 1 ? text.sentOne : text.sent(summary.done)}</h2>
                <p className={classes.sentText}>{text.sentText(by)}</p>
              </div>
            </div>
          )}
          {summary.files > 0 && (
            <section className={classes.files} aria-label={text.files}>
              {!isThrough && <Progress shown={shown} line={line} />}
              <UploadList items={shown.items} actions={line.row} />
            </section>
          )}
          <p className={classes.spoken} aria-live="polite">
            {announcement}
          </p>
        </div>
      </div>
    </GuestFrame>
  );
}

function useShown(line: DropLine): ShownUploads {
  const view = useSyncExternalStore(line.subscribe, line.view);
  return useMemo(() => {
    const items = inOrder(view.items);
    return { items, summary: summarize(items), stalled: view.stalled };
  }, [view]);
}

function Progress({ shown, line }: { readonly shown: ShownUploads; readonly line: DropLine }): ReactNode {
  const text = strings.guest.drop;
  const { summary, stalled } = shown;
  const speed = useSpeed(summary);
  const { working, paused, failed } = summary;
  return (
    <div className={classes.progress}>
      <div className={classes.progressRow}>
        <div className={classes.progressWords}>
          <h2 className={classes.progressTitle}>
            {stalled && working > 0
              ? text.stalled
              : working === 0 && paused > 0
                ? text.paused
                : text.sending(summary.done, summary.files)}
          </h2>
          <p className={classes.progressFacts}>{stalled ? problemText(stalled) : paceText(shown, speed)}</p>
        </div>
        {working > 0 && (
          <Button variant="default" onClick={() => line.all("pause", "waiting", "sending", "saving")}>
            {text.pauseAll}
          </Button>
        )}
        {working === 0 && paused > 0 && <Button onClick={() => line.all("resume", "paused")}>{text.resumeAll}</Button>}
        {working === 0 && paused === 0 && failed > 0 && (
          <Button onClick={() => line.all("retry", "failed")}>{text.retryAll}</Button>
        )}
      </div>
      <progress className={classes.bar} max={1} value={share(summary)} aria-label={text.files} />
      {working + paused > 0 && <p className={classes.progressFacts}>{text.keepOpen}</p>}
    </div>
  );
}

function paceText({ summary }: ShownUploads, { rate, left }: Speed): string {
  const parts = [formatPercent(share(summary))];
  if (summary.working > 0 && rate !== null) parts.push(formatRate(rate));
  if (summary.working > 0 && left !== null) parts.push(timeText(left));
  return parts.join(" · ");
}

/** All of the page takes what is dropped: beside a target, the browser would leave the page for the file. */
function useDropZone(line: DropLine): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const page = new AbortController();
    /** Entering an element leaves the one around it only afterwards. */
    let depth = 0;
    const listen = (type: "dragenter" | "dragover" | "dragleave" | "drop", step: number): void =>
      document.addEventListener(
        type,
        (event) => {
          const { dataTransfer } = event;
          if (!dataTransfer || !holdsFiles(dataTransfer)) return;
          event.preventDefault();
          depth = type === "drop" ? 0 : Math.max(0, depth + step);
          setOver(depth > 0);
          if (type === "drop") void readTransfer(dataTransfer, line.add);
        },
        { signal: page.signal },
      );
    listen("dragenter", 1);
    listen("dragover", 0);
    listen("dragleave", -1);
    listen("drop", 0);
    return () => page.abort();
  }, [line]);
  return isOver;
}
