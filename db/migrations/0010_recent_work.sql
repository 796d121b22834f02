CREATE INDEX persons_last ON persons (last_at);
CREATE INDEX tags_of_tag ON tags (tag, person_id);
