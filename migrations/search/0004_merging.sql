-- Two parts of the index of like size are enough for the cron to merge them (workers/search/merge-terms.ts).
INSERT INTO terms (terms, rank) VALUES ('usermerge', 2);
