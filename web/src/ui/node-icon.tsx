import {
  IconBinary,
  IconFile,
  IconFileCode,
  IconFileMusic,
  IconFileText,
  IconFileTypePdf,
  IconFileWord,
  IconFileZip,
  IconFolderFilled,
  IconMarkdown,
  IconMovie,
  IconPhoto,
  IconPresentation,
  IconTable,
  IconTypography,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { fileKind } from "../../../core/file-kind.ts";
import type { FileKind } from "../../../protocol/usage.ts";
import classes from "./node-icon.module.css";

const LOOKS: Readonly<Record<FileKind | "folder", readonly [Icon, string | undefined]>> = {
  folder: [IconFolderFilled, classes.folder],
  image: [IconPhoto, classes.image],
  video: [IconMovie, classes.media],
  audio: [IconFileMusic, classes.media],
  pdf: [IconFileTypePdf, classes.pdf],
  markdown: [IconMarkdown, classes.words],
  table: [IconTable, classes.sheet],
  code: [IconFileCode, classes.code],
  text: [IconFileText, classes.words],
  document: [IconFileWord, classes.words],
  spreadsheet: [IconTable, classes.sheet],
  presentation: [IconPresentation, classes.slides],
  archive: [IconFileZip, classes.packed],
  font: [IconTypography, classes.other],
  disk: [IconBinary, classes.other],
  other: [IconFile, classes.other],
};

interface NodeIconProps {
  readonly name: string;
  readonly type: "file" | "folder";
  /** Pixels. */
  readonly size?: number;
}

/** What a node is, by shape and colour. Says nothing to a screen reader: the name beside it does. */
export function NodeIcon({ name, type, size = 20 }: NodeIconProps): ReactNode {
  const [Look, color] = LOOKS[type === "folder" ? "folder" : fileKind(name)];
  return <Look className={`${classes.icon} ${color}`} size={size} stroke={1.6} aria-hidden />;
}
