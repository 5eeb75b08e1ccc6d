-- Invitations go with what let their maker make them (M4): with a manager's membership or role. Not with that of a new owner,
-- whose membership ends while the folder changes hands (M13).
CREATE TRIGGER members_invitations AFTER DELETE ON members
WHEN NOT EXISTS (SELECT 1 FROM shared_folders s WHERE s.folder_id = OLD.folder_id AND s.is_moving = 1) BEGIN
  DELETE FROM invitations WHERE folder_id = OLD.folder_id AND invited_by = OLD.account_id;
END;

CREATE TRIGGER members_demoted AFTER UPDATE OF role ON members WHEN OLD.role = 'manager' AND NEW.role <> 'manager' BEGIN
  DELETE FROM invitations WHERE folder_id = NEW.folder_id AND invited_by = NEW.account_id;
END;

-- Those that were left behind.
DELETE FROM invitations WHERE NOT EXISTS (
  SELECT 1 FROM shared_folders s WHERE s.folder_id = invitations.folder_id AND s.owner_id = invitations.invited_by)
AND NOT EXISTS (
  SELECT 1 FROM members m
  WHERE m.folder_id = invitations.folder_id AND m.account_id = invitations.invited_by AND m.role = 'manager');
