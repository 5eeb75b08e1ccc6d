-- Listing only the folders of a folder of any size (folder pickers, path bars). Files pay nothing for it.
CREATE INDEX nodes_folders ON nodes (space_id, parent_id, name_key) WHERE state = 'live' AND type = 'folder';
