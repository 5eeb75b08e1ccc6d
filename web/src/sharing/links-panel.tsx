import { Button, Skeleton } from "@mantine/core";
import { IconLink, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { Link, LinkPermission } from "../../../protocol/share.ts";
import type { Entry } from "../drive/drive.ts";
import { FormFailure } from "../entry/form-failure.tsx";
import { strings } from "../strings/sharing.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { errorText } from "../ui/error-text.ts";
import { copyWhenThere } from "./copy-link.ts";
import { LinkCard } from "./link-card.tsx";
import { linksQuery, makeLink } from "./link-requests.ts";
import { PermissionChoice } from "./permission-choice.tsx";
import classes from "./share-dialog.module.css";

interface LinksPanelProps {
  readonly entry: Pick<Entry, "id" | "name" | "type">;
  readonly onRevoke: (link: Link) => void;
}

/** The links of a file or folder: made with one click, copied, limited, revoked. */
export function LinksPanel({ entry, onRevoke }: LinksPanelProps): ReactNode {
  const text = strings.sharing;
  const query = useQuery({ ...linksQuery, refetchOnMount: "always" });
  const links = query.data?.filter(({ node }) => node === entry.id);
  if (links) return <Links entry={entry} links={links} onRevoke={onRevoke} />;
  if (query.error) return <ErrorState error={query.error} title={text.failed} onRetry={() => void query.refetch()} />;
  return (
    <div role="status" aria-label={text.loading}>
      <Skeleton height={44} radius="md" mb="sm" />
      <Skeleton height={44} radius="md" />
    </div>
  );
}

interface LinksProps extends LinksPanelProps {
  readonly links: readonly Link[];
}

function Links({ entry, links, onRevoke }: LinksProps): ReactNode {
  const text = strings.sharing;
  const isFolder = entry.type === "folder";
  const [isMaking, setMaking] = useState(false);
  const [copied, setCopied] = useState<string>();
  const onMade = (link: Link, isCopied: boolean): void => {
    setMaking(false);
    setCopied(isCopied ? link.id : undefined);
  };
  return (
    <>
      {links.length === 0 && <p className={classes.text}>{isFolder ? text.aboutFolder : text.aboutFile}</p>}
      {links.length > 0 && (
        <ul className={classes.list} aria-label={text.links}>
          {links.map((link) => (
            <LinkCard
              key={link.id}
              link={link}
              name={entry.name}
              isFolder={isFolder}
              isCopied={copied === link.id}
              onRevoke={() => onRevoke(link)}
            />
          ))}
        </ul>
      )}
      {links.length === 0 || isMaking ? (
        <Maker node={entry.id} isFolder={isFolder} onMade={onMade} />
      ) : (
        <Button
          className={classes.another}
          variant="subtle"
          leftSection={<IconPlus size={17} aria-hidden />}
          onClick={() => setMaking(true)}
        >
          {text.makeAnother}
        </Button>
      )}
    </>
  );
}

interface MakerProps {
  readonly node: string;
  readonly isFolder: boolean;
  readonly onMade: (link: Link, isCopied: boolean) => void;
}

function Maker({ node, isFolder, onMade }: MakerProps): ReactNode {
  const text = strings.sharing;
  const [permission, setPermission] = useState<LinkPermission>("download");
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const make = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    try {
      const link = makeLink(node, { permission });
      const isCopied = await copyWhenThere(link.then(({ url }) => url));
      onMade(await link, isCopied);
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <div className={classes.maker}>
      <PermissionChoice isFolder={isFolder} value={permission} onChange={setPermission} />
      <FormFailure text={failure} />
      <Button
        size="md"
        fullWidth
        data-autofocus
        loading={isBusy}
        leftSection={<IconLink size={19} aria-hidden />}
        onClick={() => void make()}
      >
        {text.make}
      </Button>
    </div>
  );
}
