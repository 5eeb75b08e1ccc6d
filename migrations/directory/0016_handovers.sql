-- A folder goes to one new owner at a time (M13): also what is left of an attempt that failed is cleared away before the next.
CREATE UNIQUE INDEX transfers_handover ON transfers (node_id) WHERE kind = 'ownership' AND is_open = 1;
