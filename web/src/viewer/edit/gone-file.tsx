import { Alert, Button } from "@mantine/core";
import { IconFileOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import type { Drive } from "../../drive/drive.ts";
import { useDrive } from "../../drive/drive-context.ts";
import { useAccount } from "../../session/account.ts";
import { strings } from "../../strings/viewer.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { errorText } from "../../ui/error-text.ts";
import { formatDateTime } from "../../ui/format.ts";
import { openDrafts, type Draft } from "./drafts.ts";
import { saveAsNew } from "./save-text.ts";

interface GoneFileProps {
  readonly file: string;
  /** To the file that was made of the draft. */
  readonly onSaved: (id: string) => void;
}

/** In place of a file that was deleted for good. What was typed into it is not lost with it (B14). */
export function GoneFile({ file, onSaved }: GoneFileProps): ReactNode {
  const text = strings.viewer;
  const drive = useDrive();
  const account = useAccount();
  const drafts = useMemo(() => openDrafts(account.id), [account.id]);
  const { data: draft, refetch } = useQuery({
    queryKey: ["gone-draft", file],
    queryFn: () => drafts.draft(file),
    staleTime: 0,
    gcTime: 0,
  });
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!draft) return <EmptyState icon={IconFileOff} title={text.gone} text={text.goneText} />;

  async function save(kept: Draft): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const parent = await folderFor(kept, drive);
      const decoded = { text: kept.text, encoding: "utf-8", hasMark: false } as const;
      const made = await saveAsNew(kept.name ?? strings.files.textFile.name, parent, decoded);
      drive.take([made]);
      await drafts.drop(file);
      onSaved(made.id);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  return (
    <EmptyState icon={IconFileOff} title={text.gone} text={text.goneDraft(formatDateTime(draft.keptAt))}>
      <Button loading={isBusy} onClick={() => void save(draft)}>
        {text.saveDraft}
      </Button>
      <Button variant="default" disabled={isBusy} onClick={() => void drafts.drop(file).then(() => refetch())}>
        {text.discardDraft}
      </Button>
      {error !== null && (
        <Alert color="red" title={text.editor.notSaved} role="alert">
          {errorText(error)} {text.editor.draftKept}
        </Alert>
      )}
    </EmptyState>
  );
}

/** Where the file was, if that is still there; else the top folder. */
async function folderFor({ parent }: Draft, drive: Drive): Promise<string> {
  const folder = parent ? (drive.entry(parent) ?? (await drive.need(parent))) : null;
  return folder?.state === "live" && folder.type === "folder" ? folder.id : drive.root;
}
