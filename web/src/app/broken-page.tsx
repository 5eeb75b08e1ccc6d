import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { strings } from "../strings/strings.ts";
import { ButtonLink } from "../ui/links.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { reloadNewest } from "./updates.ts";

/** In place of a page that failed while it was loaded or drawn. */
export function BrokenPage({ error }: ErrorComponentProps): ReactNode {
  usePageTitle(strings.app.brokenPart);
  const router = useRouter();
  return (
    <ErrorState error={error} title={strings.app.brokenPart} onRetry={() => void router.invalidate()}>
      <Button onClick={() => void reloadNewest()}>{strings.app.reload}</Button>
    </ErrorState>
  );
}

/** An address that no page has. */
export function NothingHere(): ReactNode {
  usePageTitle(strings.app.notFound);
  return (
    <main>
      <EmptyState isPage icon={IconMapQuestion} title={strings.app.notFound} text={strings.app.notFoundText}>
        <ButtonLink to="/files">{strings.app.toFiles}</ButtonLink>
      </EmptyState>
    </main>
  );
}
