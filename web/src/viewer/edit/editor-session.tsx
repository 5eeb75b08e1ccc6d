import { Alert, Button, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSearch, IconTextWrap } from "@tabler/icons-react";
import { useCallback, useEffect, useEffectEvent, useRef, useState, type ReactNode } from "react";
import { fileKind } from "../../../../core/file-kind.ts";
import { useDriveStatus } from "../../drive/hooks.ts";
import { strings } from "../../strings/viewer.ts";
import { errorText } from "../../ui/error-text.ts";
import { formatDateTime, formatNumber } from "../../ui/format.ts";
import { Banner } from "../banner.tsx";
import type { CodeView } from "../code/code-view.ts";
import { useCodeView } from "../code/use-code-view.ts";
import { Strip, StripButton, StripSpace, StripText } from "../strip.tsx";
import { lineBreakOf } from "../text-encoding.ts";
import { ConflictBanner } from "./conflict-banner.tsx";
import type { Draft, DraftStore } from "./drafts.ts";
import classes from "./editor-session.module.css";
import type { BaseText } from "./load-text.ts";
import type { TextEditorProps } from "./text-editor.tsx";
import { useEditedText } from "./use-edited-text.ts";

interface EditorSessionProps extends Omit<TextEditorProps, "renderUnshown"> {
  readonly drafts: DraftStore;
  /** What the edits are based on. */
  readonly began: BaseText;
  readonly draft: Draft | null;
}

export function EditorSession({ entry, guard, onSaved, onDone, drafts, began, draft }: EditorSessionProps): ReactNode {
  const text = strings.viewer.editor;
  const view = useRef<CodeView | null>(null);
  const code = useCallback(() => view.current, []);
  const edited = useEditedText({ entry, began, draft, drafts, code, onSaved });
  const { isDirty, isBusy } = edited;
  const [wraps, setWraps] = useState(() => fileKind(entry.name) !== "code");
  const [isRestored, setRestored] = useState(draft !== null);
  const [leaving, setLeaving] = useState<{ readonly proceed: () => void } | null>(null);
  const save = (): void => {
    if (isDirty && !isBusy) void edited.save();
  };
  useSaveKey(save);
  // Another name would begin the editor anew, with the text that it began with.
  const [name] = useState(entry.name);
  const { host, code: mounted } = useCodeView({
    text: draft?.text ?? began.text,
    lineBreak: lineBreakOf(began.text),
    name,
    label: strings.viewer.text.content(name),
    wraps,
    editing: { onChange: edited.onChange, onSave: save },
  });
  view.current = mounted;
  useEffect(() => mounted?.focus(), [mounted]);
  const leave = (proceed: () => void): void => {
    if (isDirty) setLeaving({ proceed });
    else proceed();
  };
  useEffect(() => {
    guard.current = leave;
    return () => {
      guard.current = null;
    };
  });

  return (
    <div className={classes.column} data-takes-arrows>
      <Strip label={strings.viewer.actions}>
        <Status edited={edited} version={edited.base.version} />
        <StripSpace />
        <StripButton label={strings.viewer.text.find} icon={IconSearch} onClick={() => mounted?.find()} />
        <StripButton
          label={strings.viewer.text.wrap}
          icon={IconTextWrap}
          isOn={wraps}
          onClick={() => setWraps(!wraps)}
        />
        <Button size="compact-md" variant="default" onClick={() => leave(onDone)}>
          {text.done}
        </Button>
        <Button size="compact-md" loading={isBusy} disabled={!isDirty} onClick={save}>
          {text.save}
        </Button>
      </Strip>
      {isRestored && draft && (
        <Banner
          text={text.restored(formatDateTime(draft.keptAt))}
          action={text.discard}
          onAction={() => {
            setRestored(false);
            void edited.discard();
          }}
        />
      )}
      {edited.standing === "newer" && (
        <Banner
          text={strings.viewer.newer}
          action={strings.viewer.showNewer}
          onAction={() => void edited.takeTheirs().then((isTaken) => isTaken && onSaved(entry.version, entry.size))}
        />
      )}
      {edited.standing === "conflict" && (
        <ConflictBanner
          entry={entry}
          edited={edited}
          mine={() => mounted?.text() ?? ""}
          onSettled={() => mounted?.focus()}
        />
      )}
      {edited.error !== null && (
        <Alert color="red" className={classes.alert} title={text.notSaved}>
          {errorText(edited.error)} {text.draftKept}
        </Alert>
      )}
      <div ref={host} className={classes.code} data-no-swipe />
      <Modal
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={text.leaveTitle}
        lockScroll={false}
        centered
        closeButtonProps={{ "aria-label": strings.viewer.close }}
      >
        <p className={classes.question}>{text.leaveText(entry.name)}</p>
        <div className={classes.answers}>
          <Button
            variant="subtle"
            color="red"
            onClick={() => {
              setLeaving(null);
              void edited.discard().then(leaving?.proceed);
            }}
          >
            {text.discard}
          </Button>
          <Button variant="default" onClick={() => setLeaving(null)}>
            {text.stay}
          </Button>
          <Button
            data-autofocus
            loading={isBusy}
            onClick={() =>
              void edited.save().then((isSaved) => {
                setLeaving(null);
                if (isSaved) leaving?.proceed();
                else notifications.show({ color: "red", message: text.notSaved });
              })
            }
          >
            {text.save}
          </Button>
        </div>
      </Modal>
    </div>
  );
}

function Status({
  edited,
  version,
}: {
  readonly edited: ReturnType<typeof useEditedText>;
  readonly version: number;
}): ReactNode {
  const text = strings.viewer.editor;
  const { connection } = useDriveStatus();
  const words = edited.isBusy
    ? connection === "offline"
      ? text.waiting
      : text.saving
    : edited.isDirty
      ? text.dirty
      : text.clean(formatNumber(version));
  return (
    <StripText>
      <span className={classes.status} data-dirty={edited.isDirty || undefined} role="status">
        {words}
      </span>
    </StripText>
  );
}

/** Saves by its keys also where the focus is beside the text: the browser would save the page. */
function useSaveKey(save: () => void): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (!event.defaultPrevented) save();
    event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
