import { Button, Skeleton } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link as RouteLink } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Link } from "../../../protocol/share.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry } from "../drive/hooks.ts";
import { strings } from "../strings/sharing.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { NodeIcon } from "../ui/node-icon.tsx";
import { LinkCard } from "./link-card.tsx";
import { linksQuery } from "./link-requests.ts";
import classes from "./shared-page.module.css";
import { RevokeQuestion, useRevoking } from "./revoke-question.tsx";

/** Links that are drawn at a time: each asks for the name of what it opens. */
const STEP = 50;

/** All links of the account, the newest first. `focusHeading`: where the focus goes when what had it is gone. */
export function LinksSection({ focusHeading }: { readonly focusHeading: () => void }): ReactNode {
  const text = strings.sharing.page;
  const { data: links, error, refetch } = useQuery({ ...linksQuery, refetchOnMount: "always" });
  const [shown, setShown] = useState(STEP);
  const revoking = useRevoking();
  return (
    <>
      {links === undefined && !error && (
        <div role="status" aria-label={strings.sharing.loading}>
          <Skeleton height={120} radius="lg" mb="sm" />
          <Skeleton height={120} radius="lg" />
        </div>
      )}
      {links === undefined && error && (
        <ErrorState error={error} title={strings.sharing.failed} onRetry={() => void refetch()} />
      )}
      {links?.length === 0 && (
        <EmptyState icon={IconLink} title={text.emptyTitle} text={text.emptyText}>
          <ButtonLink to="/files">{text.toFiles}</ButtonLink>
        </EmptyState>
      )}
      {links !== undefined && links.length > 0 && (
        <>
          <p className={classes.text}>{text.text}</p>
          <ul className={classes.list} aria-label={strings.sharing.links}>
            {links.slice(0, shown).map((link) => (
              <LinkOfNode key={link.id} link={link} onRevoke={() => revoking.ask(link)} />
            ))}
          </ul>
          {links.length > shown && (
            <Button variant="default" mt="md" onClick={() => setShown(shown + STEP)}>
              {strings.sharing.more}
            </Button>
          )}
        </>
      )}
      <RevokeQuestion
        {...revoking}
        close={() => {
          revoking.close();
          // Where the link is gone, so is the button that had the focus.
          setTimeout(() => {
            if (document.activeElement === document.body) focusHeading();
          }, 60);
        }}
      />
    </>
  );
}

function LinkOfNode({ link, onRevoke }: { readonly link: Link; readonly onRevoke: () => void }): ReactNode {
  const text = strings.sharing.page;
  const { root } = useDrive();
  const entry = useEntry(link.node);
  const isThere = entry?.state === "live";
  const name = link.node === root ? text.root : (entry?.name ?? "…");
  const isFolder = entry?.type !== "file";
  return (
    <LinkCard link={link} name={name} isFolder={isFolder} isCopied={false} onRevoke={onRevoke}>
      <div className={classes.head}>
        <NodeIcon name={name} type={isFolder ? "folder" : "file"} size={24} />
        {isThere ? (
          <NodeLink node={link.node} isFolder={isFolder} isRoot={link.node === root}>
            {name}
          </NodeLink>
        ) : (
          <span className={classes.name}>{name}</span>
        )}
        {entry && !isThere && <span className={classes.gone}>{text.gone}</span>}
      </div>
    </LinkCard>
  );
}

interface NodeLinkProps {
  readonly node: string;
  readonly isFolder: boolean;
  readonly isRoot: boolean;
  readonly children: ReactNode;
}

function NodeLink({ node, isFolder, isRoot, children }: NodeLinkProps): ReactNode {
  if (isRoot) return <RouteLink to="/files" className={classes.name} children={children} />;
  if (!isFolder) {
    return <RouteLink to="/file/$file" params={{ file: node }} className={classes.name} children={children} />;
  }
  return <RouteLink to="/files/$folder" params={{ folder: node }} className={classes.name} children={children} />;
}
