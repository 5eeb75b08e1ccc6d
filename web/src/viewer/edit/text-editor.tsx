import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode, type RefObject } from "react";
import { LedgeError } from "../../../../protocol/errors.ts";
import type { Entry } from "../../drive/drive.ts";
import { useAccount } from "../../session/account.ts";
import { strings } from "../../strings/viewer.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Waiting } from "../preview.tsx";
import type { LeaveGuard } from "../viewer.tsx";
import { openDrafts } from "./drafts.ts";
import { EditorSession } from "./editor-session.tsx";
import { loadText } from "./load-text.ts";

export interface TextEditorProps {
  readonly entry: Entry;
  /** Asked before the file is left: while there is something unsaved it asks the person. */
  readonly guard: RefObject<LeaveGuard | null>;
  /** A version was saved. */
  readonly onSaved: (version: number, size: number) => void;
  readonly onDone: () => void;
  /** In place of what turns out to be no text. */
  readonly renderUnshown: () => ReactNode;
}

/** Edits a text file: each save is a version, what is not saved is kept as a draft, and nothing is written over (B14). */
export function TextEditor(props: TextEditorProps): ReactNode {
  const { entry } = props;
  const account = useAccount();
  const drafts = useMemo(() => openDrafts(account.id), [account.id]);
  const { data, error, refetch } = useQuery({
    queryKey: ["edited-text", entry.id],
    queryFn: async ({ signal }) => {
      const [draft, newest] = await Promise.all([drafts.draft(entry.id), loadText(entry, entry.version, signal)]);
      if (!newest || !draft) return { base: newest, draft: null };
      if (draft.text === newest.text) {
        // It was saved after its page was left.
        await drafts.drop(entry.id);
        return { base: newest, draft: null };
      }
      if (draft.baseVersion === newest.version) return { base: newest, draft };
      const base = await loadText(entry, draft.baseVersion, signal).catch(noneWhereGone);
      // Still an edit of that version: saved as one of the newest it would replace what others wrote without a word.
      return { base: base ?? { ...newest, version: draft.baseVersion, isGuess: true }, draft };
    },
    // It is what the editor began with; what comes later is told by the entry.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (error) return <ErrorState error={error} title={strings.viewer.failed} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (!data.base) return props.renderUnshown();
  return <EditorSession {...props} drafts={drafts} began={data.base} draft={data.draft} />;
}

function noneWhereGone(error: unknown): null {
  if (error instanceof LedgeError && error.code === "not_found") return null;
  throw error;
}
