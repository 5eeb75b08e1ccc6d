import { Badge, Button, Text, TextInput } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { ManagedLink } from "../../../protocol/admin.ts";
import { dayText } from "../settings/day-text.ts";
import { Item, ItemList } from "../settings/item-list.tsx";
import { SettingCard } from "../settings/setting-card.tsx";
import { useAsked } from "../settings/use-asked.ts";
import { useRefocus } from "../settings/use-refocus.ts";
import { strings } from "../strings/admin.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { formatDate } from "../ui/format.ts";
import { linksQuery, revokeLink } from "./admin-requests.ts";
import classes from "./filters.module.css";
import { PagesOf } from "./pages-of.tsx";
import { useSearch } from "./use-search.ts";

/** All links of the server, to be ended one by one (R4). */
export function LinksSection(): ReactNode {
  const text = strings.admin.links;
  const { typed, search, type } = useSearch();
  const asked = useAsked<ManagedLink>();
  const { headingRef, refocus } = useRefocus();
  return (
    <SettingCard title={strings.admin.sections.links.title} text={text.text} headingRef={headingRef}>
      <div className={classes.filters}>
        <TextInput
          type="search"
          label={strings.admin.search}
          placeholder={text.searchHint}
          value={typed}
          onChange={(event) => type(event.currentTarget.value)}
        />
      </div>
      <PagesOf query={linksQuery(search)}>
        {(pages) => {
          const links = pages.flatMap((page) => page.links);
          if (links.length === 0) return <Text size="sm">{text.none}</Text>;
          return (
            <ItemList label={strings.admin.sections.links.title}>
              {links.map((link) => (
                <LinkItem key={link.id} link={link} onRevoke={() => asked.ask(link)} />
              ))}
            </ItemList>
          );
        }}
      </PagesOf>
      <ConfirmDialog
        isOpen={asked.isOpen}
        title={text.revokeTitle(asked.about?.owner.name ?? "")}
        text={text.revokeText}
        answer={text.revoke}
        onConfirm={async () => {
          if (asked.about) await revokeLink(asked.about.id);
          refocus();
        }}
        onClose={asked.close}
      />
    </SettingCard>
  );
}

function LinkItem({ link, onRevoke }: { readonly link: ManagedLink; readonly onRevoke: () => void }): ReactNode {
  const text = strings.admin.links;
  const { owner, permission, uses, expiresAt } = link;
  const labels = [text.permissions[permission], ...(link.hasPassword ? [text.protected] : [])];
  return (
    <Item
      icon={IconLink}
      title={owner.name}
      badge={labels.map((label) => (
        <Badge key={label} variant="default" tt="none" fw={500}>
          {label}
        </Badge>
      ))}
      facts={[
        owner.email,
        text.made(dayText(link.createdAt)),
        expiresAt !== null && (expiresAt <= Date.now() ? text.expired : text.expires(formatDate(expiresAt))),
        text.uses(uses.opened, uses.downloads, uses.received) || false,
      ]}
    >
      <Button
        variant="default"
        size="xs"
        aria-label={text.revokeItem(owner.name, text.permissions[permission])}
        onClick={onRevoke}
      >
        {text.revoke}
      </Button>
    </Item>
  );
}
