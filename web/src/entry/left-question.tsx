import { Button, List, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { LeftQuestion as Question } from "../session/left-behind.ts";
import { strings } from "../strings/entry.ts";
import { formatNumber } from "../ui/format.ts";

/** Says what signing in as somebody else would lose, before it does (B2). It has to be answered. */
export function LeftQuestion({ question }: { readonly question: Question }): ReactNode {
  const { account, unsent, answer } = question;
  const text = strings.entry.left;
  const kinds = (["edits", "uploads", "drafts"] as const).filter((kind) => unsent[kind] > 0);
  return (
    <Modal
      opened
      onClose={() => undefined}
      title={text.title}
      centered
      radius="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Text size="sm">{text.text(account.email)}</Text>
      <List size="sm" my="sm">
        {kinds.map((kind) => (
          <List.Item key={kind}>{strings.app.unsent[kind](unsent[kind], formatNumber(unsent[kind]))}</List.Item>
        ))}
      </List>
      <Text size="sm">{text.choice}</Text>
      <Stack mt="lg" gap="sm">
        <Button data-autofocus onClick={() => answer("back")}>
          {text.back(account.email)}
        </Button>
        <Button variant="default" color="red.8" onClick={() => answer("discard")}>
          {text.discard}
        </Button>
      </Stack>
    </Modal>
  );
}
