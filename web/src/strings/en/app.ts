export const app = {
  name: "Ledge",
  loading: "Loading …",
  notFound: "There is nothing at this address.",
  toFiles: "Go to your files",
  files: "Files",
  starred: "Starred",
  trash: "Trash",
  settings: "Settings",
};
