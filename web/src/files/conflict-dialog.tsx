import { Button, Group, Modal, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import type { ConflictQuestion } from "./conflicts.ts";

/** Asks what becomes of entries whose names are taken. Closing it leaves them where they are. */
export function ConflictDialog({ question }: { readonly question: ConflictQuestion }): ReactNode {
  const text = strings.files.conflict;
  return (
    <Modal opened onClose={() => question.answer("skip")} title={text.title} centered radius="lg">
      <Text size="sm">{text.text(question.entries.map((entry) => entry.name))}</Text>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={() => question.answer("skip")}>
          {text.skip}
        </Button>
        <Button data-autofocus onClick={() => question.answer("keep-both")}>
          {text.keepBoth}
        </Button>
      </Group>
    </Modal>
  );
}
