import { ActionIcon, Badge, Menu, NativeSelect, Text, TextInput } from "@mantine/core";
import { IconDotsVertical, IconUser, IconUserOff, IconUserShield } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { AccountSort, ManagedAccount } from "../../../protocol/admin.ts";
import { useAccount } from "../session/account.ts";
import { dayText } from "../settings/day-text.ts";
import { Item, ItemList } from "../settings/item-list.tsx";
import { SettingCard } from "../settings/setting-card.tsx";
import { useAsked } from "../settings/use-asked.ts";
import { strings } from "../strings/admin.ts";
import { formatSize } from "../ui/format.ts";
import { ActOnAccount, type Act } from "./account-acts.tsx";
import { accountsQuery } from "./admin-requests.ts";
import classes from "./filters.module.css";
import { PagesOf } from "./pages-of.tsx";
import { useSearch } from "./use-search.ts";

const SORTS: readonly AccountSort[] = ["newest", "name", "email"];

/** All accounts: found, looked at, and what can be done to each (R1, R2). */
export function AccountsSection(): ReactNode {
  const text = strings.admin.accounts;
  const { typed, search, type } = useSearch();
  const [sort, setSort] = useState<AccountSort>("newest");
  const asked = useAsked<{ readonly act: Act; readonly account: ManagedAccount }>();
  return (
    <SettingCard title={strings.admin.sections.accounts.title} text={text.text}>
      <div className={classes.filters}>
        <TextInput
          type="search"
          label={strings.admin.search}
          placeholder={text.searchHint}
          value={typed}
          onChange={(event) => type(event.currentTarget.value)}
        />
        <NativeSelect
          label={text.sort}
          value={sort}
          onChange={(event) => setSort(SORTS.find((each) => each === event.currentTarget.value) ?? "newest")}
          data={SORTS.map((value) => ({ value, label: text.sorts[value] }))}
        />
      </div>
      <PagesOf query={accountsQuery(search, sort)}>
        {(pages) => {
          const accounts = pages.flatMap((page) => page.accounts);
          if (accounts.length === 0) return <Text size="sm">{text.none}</Text>;
          return (
            <ItemList label={strings.admin.sections.accounts.title}>
              {accounts.map((account) => (
                <AccountItem key={account.id} account={account} onAct={(act) => asked.ask({ act, account })} />
              ))}
            </ItemList>
          );
        }}
      </PagesOf>
      {asked.about && <ActOnAccount isOpen={asked.isOpen} onClose={asked.close} {...asked.about} />}
    </SettingCard>
  );
}

interface AccountItemProps {
  readonly account: ManagedAccount;
  readonly onAct: (act: Act) => void;
}

function AccountItem({ account, onAct }: AccountItemProps): ReactNode {
  const text = strings.admin.accounts;
  const isOwn = useAccount().id === account.id;
  const { suspendedAt, admin, lastSeenAt } = account;
  return (
    <Item
      icon={suspendedAt !== null ? IconUserOff : admin ? IconUserShield : IconUser}
      title={account.name}
      badge={<States account={account} isOwn={isOwn} />}
      facts={[
        account.email,
        text.usedOf(formatSize(account.used), formatSize(account.quota)),
        lastSeenAt === null ? text.neverSeen : text.lastSeen(dayText(lastSeenAt)),
        account.twoFactor && text.twoFactor,
        !account.verified && text.unverified,
        text.shares(account.sharedFolders, account.links) || false,
      ]}
    >
      <AccountMenu account={account} isOwn={isOwn} onAct={onAct} />
    </Item>
  );
}

function States({ account, isOwn }: { readonly account: ManagedAccount; readonly isOwn: boolean }): ReactNode {
  const text = strings.admin.accounts;
  const states = [
    isOwn && text.you,
    account.admin && text.administrator,
    account.suspendedAt !== null && text.suspended,
  ].filter((state) => state !== false);
  return states.map((state) => (
    <Badge key={state} variant="default" tt="none" fw={500}>
      {state}
    </Badge>
  ));
}

function AccountMenu({ account, isOwn, onAct }: AccountItemProps & { readonly isOwn: boolean }): ReactNode {
  const text = strings.admin.accounts;
  const navigate = useNavigate();
  const item = (act: Act): ReactNode => <Menu.Item onClick={() => onAct(act)}>{text[act]}</Menu.Item>;
  return (
    <Menu position="bottom-end" width={240} radius="lg">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={text.manage(account.name)}>
          <IconDotsVertical size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item("quota")}
        {item(account.admin ? "endAdministrator" : "makeAdministrator")}
        {item("endSessions")}
        {item("resetPassword")}
        <Menu.Item
          onClick={() =>
            void navigate({
              to: "/admin/{-$section}",
              params: { section: "activity" },
              search: { account: account.id },
            })
          }
        >
          {text.activity}
        </Menu.Item>
        {!isOwn && <Menu.Divider />}
        {!isOwn && item(account.suspendedAt === null ? "suspend" : "lift")}
      </Menu.Dropdown>
    </Menu>
  );
}
