import { Button, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Entry } from "../../drive/drive.ts";
import { strings } from "../../strings/viewer.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Banner } from "../banner.tsx";
import { CodeDiff } from "../code/code-diff.tsx";
import { Waiting } from "../preview.tsx";
import { useIsWide } from "../use-is-wide.ts";
import classes from "./conflict-banner.module.css";
import { loadText } from "./load-text.ts";
import type { EditedText } from "./use-edited-text.ts";

interface ConflictBannerProps {
  readonly entry: Entry;
  readonly edited: EditedText;
  /** The text as it is in the editor. */
  readonly mine: () => string;
  /** The person chose a way, and goes on with the text. */
  readonly onSettled: () => void;
}

/** Somebody else saved what is being edited: every way out of it, none of which loses anything (B14). */
export function ConflictBanner({ entry, edited, mine, onSettled }: ConflictBannerProps): ReactNode {
  const text = strings.viewer.editor;
  const [compared, setCompared] = useState<string | null>(null);
  const tell = (message: string, color = "moss"): void => void notifications.show({ message, color });
  const close = (): void => {
    setCompared(null);
    onSettled();
  };
  const ways = [
    { name: text.merge, run: async () => ((await edited.merge()) ? tell(text.merged) : tell(text.overlap, "orange")) },
    {
      name: text.keepCopy,
      run: async () => {
        const name = await edited.keepCopy();
        if (name !== null) tell(text.copied(name));
      },
    },
    { name: text.takeTheirs, run: async () => void ((await edited.takeTheirs()) && tell(text.tookTheirs)) },
    { name: text.saveOver, run: async () => void ((await edited.saveOver()) && tell(text.savedOver)) },
  ];
  const buttons = ways.map(({ name, run }) => (
    <Button
      key={name}
      size="compact-sm"
      variant="default"
      disabled={edited.isBusy}
      onClick={() => {
        setCompared(null);
        void run().finally(onSettled);
      }}
    >
      {name}
    </Button>
  ));
  return (
    <>
      <Banner isWarning text={text.conflict}>
        <Button size="compact-sm" variant="default" onClick={() => setCompared(mine())}>
          {text.compare}
        </Button>
        {buttons}
      </Banner>
      <Modal
        opened={compared !== null}
        onClose={close}
        title={text.compareTitle}
        size="80rem"
        lockScroll={false}
        returnFocus={false}
        closeButtonProps={{ "aria-label": strings.viewer.close }}
        classNames={{ body: classes.body }}
      >
        {compared !== null && <Comparison entry={entry} mine={compared} />}
        <div className={classes.ways}>{buttons}</div>
      </Modal>
    </>
  );
}

function Comparison({ entry, mine }: { readonly entry: Entry; readonly mine: string }): ReactNode {
  const text = strings.viewer.editor;
  const isWide = useIsWide();
  const { data, error, refetch } = useQuery({
    queryKey: ["theirs", entry.id, entry.version],
    queryFn: ({ signal }) => loadText(entry, entry.version, signal),
    gcTime: 0,
  });
  return (
    <div className={classes.diff}>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && data === undefined && <Waiting />}
      {data && (
        <>
          <p className={classes.sides}>
            <span>{text.theirs}</span>
            <span>{text.mine}</span>
          </p>
          <CodeDiff
            before={{ text: data.text, label: text.theirs }}
            after={{ text: mine, label: text.mine }}
            name={entry.name}
            isSideBySide={isWide}
          />
        </>
      )}
    </div>
  );
}
