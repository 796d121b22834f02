CREATE TABLE trait_values (                             -- the values that people can be filtered by
    id INTEGER PRIMARY KEY,
    facet TEXT NOT NULL,                                -- work, area, repository, language, location, company, open to work
    value TEXT NOT NULL,                                -- '': unknown
    people INTEGER NOT NULL DEFAULT 0,                  -- number of people; triggers maintain it
    UNIQUE (facet, value)
) STRICT;
CREATE TABLE traits (                                   -- facet values of each person, renewed with the score
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    value_id INTEGER NOT NULL REFERENCES trait_values,
    PRIMARY KEY (person_id, value_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX traits_of_value ON traits (value_id, person_id);
CREATE TRIGGER traits_counted AFTER INSERT ON traits BEGIN
    UPDATE trait_values SET people = people + 1 WHERE id = new.value_id;
END;
CREATE TRIGGER traits_uncounted AFTER DELETE ON traits BEGIN
    UPDATE trait_values SET people = people - 1 WHERE id = old.value_id;
    DELETE FROM trait_values WHERE id = old.value_id AND people = 0;
END;
CREATE TRIGGER traits_of_a_profile AFTER UPDATE OF location, company, hireable ON identities
WHEN new.person_id IS NOT NULL AND (old.location IS NOT new.location
    OR old.company IS NOT new.company OR old.hireable IS NOT new.hireable) BEGIN
    DELETE FROM traits WHERE person_id = new.person_id AND
        (SELECT facet FROM trait_values WHERE id = value_id) IN ('location', 'company', 'open to work');
    UPDATE persons SET stale = 1 WHERE id = new.person_id;
END;
CREATE TABLE searches (                                 -- saved searches: name and query string
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_flood ON identities (person_id) WHERE flood;
CREATE INDEX persons_status ON persons (status) WHERE status <> 'new';
UPDATE persons SET stale = 1;                           -- the next crawl computes their traits
