import { notifications } from "@mantine/notifications";
import { useCallback, useState, type ReactNode } from "react";
import type { Link } from "../../../protocol/share.ts";
import { strings } from "../strings/sharing.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { revokeLink } from "./link-requests.ts";

interface Revoking {
  readonly isOpen: boolean;
  /** What is being asked about; stays known while the dialog closes. */
  readonly link: Link | undefined;
  readonly ask: (link: Link) => void;
  readonly close: () => void;
}

export function useRevoking(): Revoking {
  const [link, setLink] = useState<Link>();
  const [isOpen, setOpen] = useState(false);
  const ask = useCallback((asked: Link) => {
    setLink(asked);
    setOpen(true);
  }, []);
  return { isOpen, link, ask, close: useCallback(() => setOpen(false), []) };
}

/** Over the dialog of links, and that over the viewer. */
const QUESTION_LAYER = 220;

/** Asks before a link is revoked. */
export function RevokeQuestion({ isOpen, link, close }: Omit<Revoking, "ask">): ReactNode {
  const text = strings.sharing;
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={text.revokeTitle}
      text={text.revokeText}
      answer={text.revoke}
      onConfirm={async () => {
        if (link) await revokeLink(link.id);
        notifications.show({ message: text.revoked });
      }}
      onClose={close}
      zIndex={QUESTION_LAYER}
    />
  );
}
