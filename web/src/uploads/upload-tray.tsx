import { ActionIcon, Menu } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconDots, IconX } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { strings } from "../strings/uploads.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatNumber, formatPercent, formatRate } from "../ui/format.ts";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { share, type UploadsSummary } from "./summary.ts";
import type { UploadItem } from "./upload-item.ts";
import { UploadList } from "./upload-rows.tsx";
import { problemText, timeText } from "./upload-text.ts";
import classes from "./upload-tray.module.css";
import { useAnnouncement } from "./use-announcement.ts";
import { useUploadActions, type UploadActions } from "./use-upload-actions.ts";
import { useShownUploads, useSpeed, type ShownUploads, type Speed } from "./use-uploads.ts";

/** All uploads, in the corner; on a phone a sheet at the bottom. Also asks what names that are taken need (B12, B13). */
export function UploadTray(): ReactNode {
  const shown = useShownUploads();
  const speed = useSpeed(shown.summary);
  const [isOpen, setOpen] = useState(hasRoom);
  const [isDiscarding, setDiscarding] = useState(false);
  const [deciding, setDeciding] = useState<UploadItem | null>(null);
  const actions = useUploadActions(shown.items, setDeciding);
  const announcement = useAnnouncement(shown);
  if (shown.items.length === 0) return null;
  const { needHelp } = shown.summary;
  return (
    <section className={classes.tray} aria-label={strings.uploads.title}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h2 className={classes.title}>{title(shown)}</h2>
          <p className={classes.speed}>{subtitle(shown, speed)}</p>
        </div>
        <AllActions summary={shown.summary} actions={actions} />
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-expanded={isOpen}
          aria-label={isOpen ? strings.uploads.collapse : strings.uploads.expand}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <IconChevronDown size={20} aria-hidden /> : <IconChevronUp size={20} aria-hidden />}
        </ActionIcon>
        {shown.summary.working === 0 && shown.summary.paused === 0 && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={strings.uploads.close}
            onClick={() => (needHelp > 0 ? setDiscarding(true) : actions.clearDone())}
          >
            <IconX size={20} aria-hidden />
          </ActionIcon>
        )}
      </header>
      <Overall summary={shown.summary} />
      {isOpen && <UploadList items={shown.items} actions={actions.row} />}
      <p className={classes.spoken} aria-live="polite">
        {announcement}
      </p>
      <ConfirmDialog
        isOpen={isDiscarding}
        title={strings.uploads.discardTitle(needHelp, formatNumber(needHelp))}
        text={strings.uploads.discardText}
        answer={strings.uploads.discard}
        onConfirm={actions.discard}
        onClose={() => setDiscarding(false)}
      />
      <ConflictDialog items={shown.items} chosen={deciding} onClose={() => setDeciding(null)} />
    </section>
  );
}

/** On a phone the list would hide the files. */
function hasRoom(): boolean {
  return matchMedia("(min-width: 48em)").matches;
}

function title({ summary, stalled }: ShownUploads): string {
  const text = strings.uploads;
  const { working, needHelp, paused, done } = summary;
  if (stalled && working > 0) return text.waitingForConnection;
  if (working > 0) return text.uploading(working, formatNumber(working));
  if (needHelp > 0) return text.needHelp(needHelp, formatNumber(needHelp));
  return paused > 0 ? text.paused : text.done(done, formatNumber(done));
}

function subtitle({ summary, stalled }: ShownUploads, { rate, left }: Speed): string {
  const { done, files, working } = summary;
  if (stalled) return problemText(stalled);
  const counts = strings.uploads.counts(formatNumber(done), formatNumber(files));
  if (working === 0) return done === files ? "" : counts;
  const parts = [counts, formatPercent(share(summary))];
  if (rate !== null) parts.push(formatRate(rate));
  if (left !== null) parts.push(timeText(left));
  return parts.join(" · ");
}

function Overall({ summary }: { summary: UploadsSummary }): ReactNode {
  if (summary.working === 0 && summary.paused === 0) return null;
  return <progress className={classes.overall} max={1} value={share(summary)} aria-label={strings.uploads.overall} />;
}

function AllActions({ summary, actions }: { summary: UploadsSummary; actions: UploadActions }): ReactNode {
  const text = strings.uploads;
  const { working, paused, failed, lost, done, files } = summary;
  return (
    <Menu position="top-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={text.more}>
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {working > 0 && <Menu.Item onClick={actions.pauseAll}>{text.pauseAll}</Menu.Item>}
        {paused > 0 && <Menu.Item onClick={actions.resumeAll}>{text.resumeAll}</Menu.Item>}
        {failed > 0 && <Menu.Item onClick={actions.retryAll}>{text.retryAll}</Menu.Item>}
        {lost > 0 && <Menu.Item onClick={actions.chooseAll}>{text.chooseAgainAll}</Menu.Item>}
        {done > 0 && <Menu.Item onClick={actions.clearDone}>{text.clear}</Menu.Item>}
        {done < files && (
          <Menu.Item color="red" onClick={actions.cancelAll}>
            {text.cancelAll}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
