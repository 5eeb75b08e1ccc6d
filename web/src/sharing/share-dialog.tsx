import { Modal, SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";
import { useSharedSpace } from "../drive/hooks.ts";
import { strings as ofPeople } from "../strings/people.ts";
import { strings } from "../strings/sharing.ts";
import titles from "../ui/dialog-title.module.css";
import { linksQuery } from "./link-requests.ts";
import { LinksPanel } from "./links-panel.tsx";
import { PeoplePanel } from "./people-panel.tsx";
import { RevokeQuestion, useRevoking } from "./revoke-question.tsx";
import classes from "./share-dialog.module.css";

/** Over the viewer, which is a dialog too. */
const LAYER = 210;

interface ShareDialogProps {
  readonly entry: Pick<Entry, "id" | "name" | "type" | "mount" | "sharedIn">;
  readonly onClose: () => void;
}

type Tab = "people" | "links";

/** Shares a folder with people, and files and folders by links; somebody else's shared folder shows who has it. */
export function ShareDialog({ entry, onClose }: ShareDialogProps): ReactNode {
  const text = ofPeople.people;
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const tabs = useTabs(entry);
  const [tab, setTab] = useState(tabs.first);
  const revoking = useRevoking();
  const [isAsking, setAsking] = useState(false);
  return (
    <Modal
      opened
      onClose={onClose}
      zIndex={LAYER}
      title={strings.sharing.title(entry.name)}
      size="lg"
      radius="lg"
      centered
      fullScreen={isNarrow}
      closeOnEscape={!revoking.isOpen && !isAsking}
      closeButtonProps={{ "aria-label": text.close }}
      classNames={{ title: titles.title }}
    >
      {tabs.all.length > 1 && (
        <SegmentedControl
          fullWidth
          className={classes.tabs}
          aria-label={text.tabs}
          value={tab}
          onChange={(value) => setTab(value === "links" ? "links" : "people")}
          data={tabs.all.map((value) => ({ value, label: text[value] }))}
        />
      )}
      {tab === "people" ? (
        <PeoplePanel folder={folderOf(entry)} name={entry.name} onQuestion={setAsking} onGone={onClose} />
      ) : (
        <LinksPanel entry={entry} onRevoke={revoking.ask} />
      )}
      <RevokeQuestion {...revoking} />
    </Modal>
  );
}

/** People have folders only; links are their owner's. Begins where something is. */
function useTabs({ id, type, mount, sharedIn }: ShareDialogProps["entry"]): {
  readonly all: readonly Tab[];
  readonly first: Tab;
} {
  const { root } = useDrive();
  const space = useSharedSpace(mount ?? id);
  const { data: links } = useQuery(linksQuery);
  if (mount !== undefined || sharedIn !== null) return { all: ["people"], first: "people" };
  if (type === "file" || id === root) return { all: ["links"], first: "links" };
  const hasLinks = links?.some(({ node }) => node === id) ?? false;
  return { all: ["people", "links"], first: hasLinks && !space ? "links" : "people" };
}
