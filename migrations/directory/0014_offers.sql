-- An offer of a shared folder ends with the membership of whom it was made to (M13), whatever ends that.
CREATE TRIGGER members_offer AFTER DELETE ON members BEGIN
  UPDATE shared_folders SET offered_to = NULL, offered_at = NULL
  WHERE folder_id = OLD.folder_id AND offered_to = OLD.account_id;
END;
