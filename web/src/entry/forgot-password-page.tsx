import { List } from "@mantine/core";

import type { ReactNode } from "react";
import { strings } from "../strings/entry.ts";
import { ButtonLink } from "../ui/links.tsx";
import { EntryLayout } from "./entry-layout.tsx";

export function ForgotPasswordPage(): ReactNode {
  return (
    <EntryLayout title={strings.entry.forgotTitle} text={strings.entry.forgotText}>
      <List spacing="sm" mb="xl">
        {strings.entry.forgotWays.map((way) => (
          <List.Item key={way}>{way}</List.Item>
        ))}
      </List>
      <ButtonLink to="/sign-in" size="md" fullWidth variant="light">
        {strings.entry.toSignIn}
      </ButtonLink>
    </EntryLayout>
  );
}
