import { useCallback, useEffect, useRef, useState } from "react";
import { LedgeError } from "../../../../protocol/errors.ts";
import type { Node } from "../../../../protocol/tree.ts";
import type { Entry } from "../../drive/drive.ts";
import { useDrive } from "../../drive/drive-context.ts";
import type { CodeView } from "../code/code-view.ts";
import type { DecodedText } from "../text-encoding.ts";
import type { Draft, DraftStore } from "./drafts.ts";
import { loadText, type BaseText } from "./load-text.ts";
import { mergeTexts, standing } from "./merge.ts";
import { saveCopy, saveText } from "./save-text.ts";

/** Milliseconds after the last key until a draft is kept. */
const KEEP_AFTER = 500;

export interface EditedText {
  readonly base: BaseText;
  readonly isDirty: boolean;
  readonly isBusy: boolean;
  /** Of the last thing that was tried. */
  readonly error: unknown;
  readonly standing: "current" | "newer" | "conflict";
  readonly onChange: () => void;
  /** Whether it was saved. */
  readonly save: () => Promise<boolean>;
  /** Whether the two could be merged. */
  readonly merge: () => Promise<boolean>;
  readonly takeTheirs: () => Promise<boolean>;
  /** The copy's name, or null where that failed. */
  readonly keepCopy: () => Promise<string | null>;
  readonly saveOver: () => Promise<boolean>;
  /** Forgets what was not saved. */
  readonly discard: () => Promise<void>;
}

interface Options {
  readonly entry: Entry;
  readonly began: BaseText;
  readonly draft: Draft | null;
  readonly drafts: DraftStore;
  readonly code: () => CodeView | null;
  readonly onSaved: (version: number, size: number) => void;
}

/** A text that is being edited, what it is based on, and how it stands to what others save. */
export function useEditedText({ entry, began, draft, drafts, code, onSaved }: Options): EditedText {
  const drive = useDrive();
  const [base, setBase] = useState(began);
  const [isDirty, setDirty] = useState(draft !== null);
  const [isSaving, setSaving] = useState(false);
  const [isLoading, setLoading] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(base);
  latest.current = base;
  const place = useRef(entry);
  place.current = entry;

  const text = (): string => code()?.text() ?? draft?.text ?? began.text;
  const note = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const now = code()?.text();
    if (now === undefined) return;
    const isChanged = now !== latest.current.text;
    setDirty(isChanged);
    if (!isChanged) void drafts.drop(entry.id);
    else {
      const { name, parent } = place.current;
      const { version } = latest.current;
      void drafts.keep({ file: entry.id, name, parent, baseVersion: version, text: now, keptAt: Date.now() });
    }
  }, [code, drafts, entry.id]);
  const onChange = useCallback(() => {
    setDirty(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(note, KEEP_AFTER);
  }, [note]);
  useEffect(
    () => () => {
      // Back, or the end of the session, closes the editor without asking: what was typed last is a draft, too.
      if (timer.current !== undefined) note();
    },
    [note],
  );
  useKeptOnLeaving(isDirty, note);

  const rebase = (next: BaseText): void => {
    setBase(next);
    latest.current = next;
    note();
  };
  const decoded = (): DecodedText => ({ ...latest.current, text: text() });
  const attempt = async <T>(setBusy: (isBusy: boolean) => void, work: () => Promise<T>): Promise<T | null> => {
    setBusy(true);
    setError(null);
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof LedgeError && cause.extra.node) drive.take([cause.extra.node as Node]);
      if (!(cause instanceof LedgeError && cause.code === "stale_base")) setError(cause);
      return null;
    } finally {
      setBusy(false);
    }
  };
  const theirs = async (): Promise<BaseText> => {
    const loaded = await loadText(entry, entry.version);
    if (!loaded) throw new LedgeError("not_found", "the newer version is no text");
    return loaded;
  };
  const save = async (): Promise<boolean> => {
    const sent = decoded();
    const saved = await attempt(setSaving, () => saveText(entry, latest.current.version, sent));
    if (!saved) return false;
    drive.take([saved]);
    rebase({ ...sent, version: saved.version, isGuess: false });
    onSaved(saved.version, saved.size);
    return true;
  };
  /** @param inPlaceOf - What may be given up: what was typed since stays. */
  const takeTheirs = async (inPlaceOf?: string): Promise<boolean> => {
    const next = await attempt(setLoading, theirs);
    if (!next || (inPlaceOf !== undefined && text() !== inPlaceOf)) return false;
    code()?.setText(next.text);
    rebase(next);
    return true;
  };
  return {
    base,
    isDirty,
    isBusy: isSaving || isLoading,
    error,
    standing: standing({ base: base.version, newest: entry.version, isDirty, isSaving }),
    onChange,
    save,
    takeTheirs: () => takeTheirs(),
    merge: async () => {
      const next = await attempt(setLoading, theirs);
      const merged = next && !latest.current.isGuess && mergeTexts(latest.current.text, text(), next.text);
      if (!next || typeof merged !== "string") return false;
      code()?.setText(merged);
      rebase(next);
      return true;
    },
    keepCopy: async () => {
      const mine = decoded();
      const copy = await attempt(setSaving, () => saveCopy(entry.name, entry.parent ?? drive.root, mine, Date.now()));
      if (!copy) return null;
      drive.take([copy]);
      await takeTheirs(mine.text);
      return copy.name;
    },
    saveOver: async () => {
      const next = await attempt(setLoading, theirs);
      if (!next) return false;
      rebase(next);
      return save();
    },
    discard: async () => {
      code()?.setText(latest.current.text);
      // After the change has been noticed.
      clearTimeout(timer.current);
      timer.current = undefined;
      setDirty(false);
      await drafts.drop(entry.id);
    },
  };
}

/** Keeps the draft when the page may go, and has the browser ask before it does. */
function useKeptOnLeaving(isDirty: boolean, keep: () => void): void {
  useEffect(() => {
    if (!isDirty) return undefined;
    const onLeave = (event: BeforeUnloadEvent): void => {
      keep();
      event.preventDefault();
    };
    const onHide = (): void => {
      if (document.visibilityState === "hidden") keep();
    };
    window.addEventListener("beforeunload", onLeave);
    document.addEventListener("visibilitychange", onHide);
    return () => {
      window.removeEventListener("beforeunload", onLeave);
      document.removeEventListener("visibilitychange", onHide);
    };
  }, [isDirty, keep]);
}
