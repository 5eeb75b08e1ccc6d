import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { nameKey, nextFreeName } from "../../../core/names.ts";
import { strings } from "../strings/strings.ts";
import { nameText } from "./name-text.ts";
import { useEntryVerbs } from "./use-entry-verbs.ts";
import { useTakenNames } from "./use-taken-names.ts";

interface NewFolderDialogProps {
  readonly parent: string;
  readonly onMade: (id: string) => void;
  readonly onClose: () => void;
}

/** Asks for a new folder's name; offers one that is free. */
export function NewFolderDialog({ parent, onMade, onClose }: NewFolderDialogProps): ReactNode {
  const verbs = useEntryVerbs();
  const taken = useTakenNames(parent);
  const offered = useMemo(() => freeName(taken), [taken]);
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? offered;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    // Another offer took the mark from the field's text.
    if (typed === null && document.activeElement === field.current) field.current?.select();
  }, [offered, typed]);
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
          ref={field}
          label={strings.files.columns.name}
          value={name}
          error={name === "" ? null : problem}
          onChange={(event) => setTyped(event.currentTarget.value)}
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

function freeName(taken: ReadonlySet<string>): string {
  const first = strings.files.newFolderName;
  return taken.has(nameKey(first)) ? nextFreeName(first, "folder", (key) => taken.has(key)) : first;
}
