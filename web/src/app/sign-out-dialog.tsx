import { Button, Group, List, Modal, Text } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { useDriveStatus } from "../drive/hooks.ts";
import { useAccount } from "../session/account.ts";
import { unsentOf, type Unsent } from "../session/unsent.ts";
import { strings } from "../strings/strings.ts";
import { formatNumber } from "../ui/format.ts";
import { leaveNow } from "./leave.ts";

/** Says what signing out would lose, before it does (B2). */
export function SignOutDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const text = strings.app.unsent;
  const { id } = useAccount();
  const { waiting } = useDriveStatus();
  const [unsent, setUnsent] = useState<Unsent>({ edits: waiting, uploads: 0, drafts: 0 });
  const [isBusy, setBusy] = useState(false);
  // What is sent while this is open is lost no more.
  useEffect(() => {
    let isOver = false;
    void unsentOf(id, waiting).then((counted) => !isOver && setUnsent(counted));
    return () => {
      isOver = true;
    };
  }, [id, waiting]);
  const kinds = (["edits", "uploads", "drafts"] as const).filter((kind) => unsent[kind] > 0);
  return (
    <Modal
      opened
      onClose={onClose}
      title={text.title}
      centered
      radius="lg"
      closeButtonProps={{ "aria-label": strings.app.close }}
    >
      {kinds.length > 0 && (
        <List size="sm" mb="sm">
          {kinds.map((kind) => (
            <List.Item key={kind}>{text[kind](unsent[kind], formatNumber(unsent[kind]))}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm">{kinds.length > 0 ? text.lost : text.sent}</Text>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" data-autofocus onClick={onClose}>
          {text.stay}
        </Button>
        <Button
          color={kinds.length > 0 ? "red.8" : "moss"}
          loading={isBusy}
          onClick={() => {
            setBusy(true);
            void leaveNow().finally(() => {
              setBusy(false);
              onClose();
            });
          }}
        >
          {kinds.length > 0 ? text.leave : strings.app.signOut}
        </Button>
      </Group>
    </Modal>
  );
}
