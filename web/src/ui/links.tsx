import { Anchor, Button, type AnchorProps, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ReactNode, Ref } from "react";

type Looks<Props> = Omit<Props, "href"> & { readonly ref?: Ref<HTMLAnchorElement>; readonly children?: ReactNode };

/** A link to a page of the app that looks like text. */
export const TextLink = createLink((props: Looks<AnchorProps>) => <Anchor {...props} />);

/** A link to a page of the app that looks like a button. */
export const ButtonLink = createLink((props: Looks<ButtonProps>) => <Button component="a" {...props} />);
