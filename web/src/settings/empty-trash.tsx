import { Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { accountQuery } from "../session/account.ts";
import { api } from "../session/api.ts";
import { strings } from "../strings/settings.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatNumber } from "../ui/format.ts";
import { SavedNote } from "./saved-note.tsx";

/** Makes room. @param items - In the trash, as counted. */
export function EmptyTrash({ items }: { readonly items: number }): ReactNode {
  const text = strings.settings.storage;
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [isDone, setDone] = useState(false);
  return (
    <Group gap="md" mt="md">
      <Button variant="default" onClick={() => setAsking(true)}>
        {text.emptyTrash}
      </Button>
      <SavedNote isShown={isDone} text={text.trashEmptied} />
      <ConfirmDialog
        isOpen={isAsking}
        title={text.emptyTrashTitle}
        text={text.emptyTrashText(items, formatNumber(items))}
        answer={text.emptyTrash}
        onConfirm={async () => {
          await api.emptyTrash(Date.now());
          setDone(true);
          await client.invalidateQueries({ queryKey: accountQuery.queryKey });
        }}
        onClose={() => setAsking(false)}
      />
    </Group>
  );
}
