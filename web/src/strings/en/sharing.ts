const number = new Intl.NumberFormat("en");
const many = (count: number, one: string, several: string): string =>
  count === 1 ? `1 ${one}` : `${number.format(count)} ${several}`;

/** The dialog that makes links, and the page that lists them. */
export const sharing = {
  title: (name: string) => `Share “${name}”`,
  close: "Close",
  cancel: "Cancel",
  loading: "Loading …",
  failed: "The links could not be loaded",

  aboutFile: "Whoever has the link can open this file, and always its newest version. No account is needed.",
  aboutFolder: "Whoever has the link can open this folder as it is at that moment. No account is needed.",
  make: "Create link and copy it",
  makeAnother: "Create another link",
  may: "What the link is for",
  permissions: { view: "View", download: "View and download", upload: "Send files" },
  permissionText: {
    view: "People look at it here. Nothing offers to save it.",
    download: "People look at it, and save what they like.",
    upload: "People send you files. They see nothing of what is in the folder, nor what others send.",
  },
  links: "Links",
  link: "Link",
  copy: "Copy",
  copied: "Copied",
  notCopied: "The browser does not let the link be copied. It is selected: copy it from there.",
  send: "Send",
  settings: "Settings",
  open: "Open as a guest",
  more: "More",

  protected: "Password",
  expires: (date: string) => `Until ${date}`,
  expired: "Expired",
  usedUp: "Used up",
  downloadsOf: (used: number, most: number) => `${number.format(used)} of ${many(most, "download", "downloads")}`,
  uses: (opened: number, downloads: number, received: number) =>
    [
      many(opened, "visit", "visits"),
      downloads > 0 && many(downloads, "download", "downloads"),
      received > 0 && many(received, "file received", "files received"),
    ]
      .filter(Boolean)
      .join(", "),
  neverUsed: "Not used yet",
  lastUsed: (when: string) => `Last ${when}`,

  form: {
    password: "Password",
    passwordSet: "This link asks for a password.",
    passwordNone: "None. Whoever has the link gets in.",
    passwordHint: "At least 4 characters. It is not shown again: tell it to people by another way than the link.",
    passwordShort: "At least 4 characters",
    passwordShow: "Show the password",
    setPassword: "Set a password",
    changePassword: "Change",
    removePassword: "Remove",
    keepPassword: "Keep it as it is",
    removesPassword: "The password is removed when you save.",
    expiry: "Works until",
    expiries: { never: "No end", day: "One day", week: "One week", month: "30 days", date: "A day that I choose" },
    expiryDate: "Last day",
    expiryPast: "This day is over",
    cap: "Downloads altogether",
    capText: "Empty: any number. With a limit, looking at a file counts too.",
    capWrong: "A whole number, 1 to 1,000,000",
    bytes: "Gigabytes altogether",
    bytesText: "Empty: as much as your storage holds.",
    bytesWrong: "A number above 0",
    note: "Note for guests",
    noteText: "Shown above the files, 500 characters at most.",
    slug: "Name in the address",
    slugText: "Stands before the secret part, so that people see what the link is. The old address works on.",
    slugWrong: "Letters, digits, - and _, at most 64",
    save: "Save",
    saved: "Saved. It holds from now on.",
    unchanged: "Nothing is changed",
  },

  revoke: "Revoke",
  revokeTitle: "Revoke this link?",
  revokeText: "Whoever has it gets in no more, at once. This cannot be undone; you can make a new link.",
  revoked: "The link is revoked",

  page: {
    title: "Shared",
    text: "Links that you made. Whoever has one needs no account.",
    emptyTitle: "You share nothing yet",
    emptyText:
      "Choose “Share …” in the menu of a file or folder: people open it by a link, with a password, an end or a limit if you like.",
    toFiles: "Go to your files",
    gone: "In the trash or deleted",
    root: "All your files",
  },
};
