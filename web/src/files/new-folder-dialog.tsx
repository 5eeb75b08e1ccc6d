import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { nameKey, nextFreeName } from "../../../core/names.ts";
import { useDrive } from "../drive/drive-context.ts";
import { strings } from "../strings/strings.ts";
import { nameText } from "./name-text.ts";
import { useEntryVerbs } from "./use-entry-verbs.ts";

interface NewFolderDialogProps {
  readonly parent: string;
  readonly onMade: (id: string) => void;
  readonly onClose: () => void;
}

/** Asks for a new folder's name; offers one that is free. */
export function NewFolderDialog({ parent, onMade, onClose }: NewFolderDialogProps): ReactNode {
  const drive = useDrive();
  const verbs = useEntryVerbs();
  const [taken] = useState(() => new Set(drive.folder(parent).entries.map((entry) => nameKey(entry.name))));
  const [name, setName] = useState(() => {
    const first = strings.files.newFolderName;
    return taken.has(nameKey(first)) ? nextFreeName(first, "folder", (key) => taken.has(key)) : first;
  });
  const problem = nameText(name) ?? (taken.has(nameKey(name)) ? strings.files.nameTaken : null);
  return (
    <Modal opened onClose={onClose} title={strings.files.newFolder} centered radius="lg" size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (problem !== null) return;
          onClose();
          onMade(verbs.createFolder(parent, name));
        }}
      >
        <TextInput
          label={strings.files.columns.name}
          value={name}
          error={name === "" ? null : problem}
          onChange={(event) => setName(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
          data-autofocus
          spellCheck={false}
          autoComplete="off"
        />
        <Group justify="flex-end" mt="lg" gap="sm">
          <Button variant="default" onClick={onClose}>
            {strings.files.cancel}
          </Button>
          <Button type="submit" disabled={problem !== null}>
            {strings.files.createFolder}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
